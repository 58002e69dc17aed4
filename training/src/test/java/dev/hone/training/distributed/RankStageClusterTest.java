package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rank in a JVM of its own: {@code mvn test -Dgroups=cluster}. */
@Tag("cluster")
class RankStageClusterTest {
  @TempDir private static Path home;
  private static SparkSession spark;

  @BeforeAll
  static void cluster() throws IOException {
    spark = LocalCluster.start(home, 1, Map.of());
  }

  @AfterAll
  static void stop() {
    LocalCluster.stop(spark);
  }

  @Test
  void messagesComeFromAnotherProcess() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        context -> {
          context.send(message(context.train().size(), ProcessHandle.current().pid()));
        },
        received::add);
    RankMessage.Evaluated only = (RankMessage.Evaluated) received.get(0);
    assertEquals(1, only.step());
    assertNotEquals(ProcessHandle.current().pid(), only.n());
  }

  @Test
  void aLostExecutorIsReplacedAndTheStageRepeated() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        context -> {
          int attempt = context.task().stageAttemptNumber();
          context.send(message(attempt, ProcessHandle.current().pid()));
          if (attempt == 0) {
            Thread.sleep(2000);
            Runtime.getRuntime().halt(137);
          }
        },
        received::add);
    assertEquals(
        List.of(0L, 1L), received.stream().map(m -> ((RankMessage.Evaluated) m).step()).toList());
  }

  @Test
  void anErrorInAnotherProcessIsOneLine() {
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                RankStage.run(
                    spark,
                    "test",
                    packs(),
                    context -> {
                      throw new HoneException("no space left in /tmp");
                    },
                    message -> {}));
    assertEquals("no space left in /tmp", thrown.getMessage());
  }

  private static RankMessage message(long step, long n) {
    return new RankMessage.Evaluated(step, "set", "name", 0, n, Instant.EPOCH);
  }

  private static Dataset<Row> packs() {
    return spark.sql(
        "SELECT 'train' AS split, 0L AS pack_id, array(1, 2) AS input_ids,"
            + " array(0f, 1f) AS loss_weights, array(0) AS document_starts,"
            + " CAST(NULL AS ARRAY<STRING>) AS answers, CAST(NULL AS ARRAY<DOUBLE>) AS margins");
  }
}
