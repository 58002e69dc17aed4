package dev.hone.training.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.training.collective.Payload;
import dev.hone.training.data.PackedRow;
import dev.hone.training.parallel.Ranks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class RankStageTest {
  private final SparkSession spark = LocalSpark.session(2, Map.of());

  @Test
  void aRankReadsItsPacksInTableOrderAndReports() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        context -> {
          for (long pack = 0; pack < context.train().size(); pack++) {
            context.send(message(pack, text(context.train().read(pack))));
          }
          context.send(message(0, text(context.heldOut().packs().read(0))));
        },
        received::add);

    // Table order, whatever order the rows had; the split "test" is nobody's.
    String packs =
        received.stream()
            .map(m -> ((RankMessage.Evaluated) m).dataset())
            .collect(Collectors.joining(" "));
    assertEquals(
        "[0, 1][0.0, 1.0][0] [2, 3][0.0, 0.5][0, 1] [4, 5][0.0, 1.0][0] [7][0.0][0]", packs);
  }

  @Test
  void aRankWithoutPacksRunsToo() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs().where("false"),
        context -> context.send(message(context.train().size(), "")),
        received::add);
    assertEquals(1, received.size());
  }

  @Test
  void messagesArriveWhileTheRankWorks() throws Exception {
    CountDownLatch arrived = Latch.arrived();
    RankStage.run(
        spark,
        "test",
        packs(),
        context -> {
          context.send(message(1, "first"));
          if (!Latch.await()) {
            throw new HoneException("the driver did not get the message in time");
          }
        },
        message -> arrived.countDown());
    assertEquals(0, arrived.getCount());
  }

  @Test
  void whatTheUserCanMendComesBackAsOneLineAndIsNotRepeated() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                RankStage.run(
                    spark,
                    "test",
                    packs(),
                    context -> {
                      context.send(message(1, "attempt"));
                      throw new HoneException("model.safetensors is 3 bytes short");
                    },
                    received::add));
    assertEquals("model.safetensors is 3 bytes short", thrown.getMessage());
    assertEquals(1, received.size());
  }

  @Test
  void aDefectIsNotDressedUp() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                RankStage.run(
                    spark,
                    "test",
                    packs(),
                    context -> Arrays.fill(new int[2], 0, 3, 1),
                    message -> {}));
    assertTrue(thrown.getMessage().contains("ArrayIndexOutOfBounds"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("RankStageTest"), "with the trace of the rank");
  }

  @Test
  void ranksReadTheSamePacksAndTalk() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        team(Duration.ofMinutes(1)),
        context -> {
          String read = text(context.train().read(1));
          for (byte[] other : context.ranks().gather(read.getBytes(UTF_8))) {
            context.send(message(context.ranks().rank(), new String(other, UTF_8)));
          }
          double[] sizes =
              context
                  .ranks()
                  .sums(
                      context.train().size(),
                      context.heldOut().packs().size(),
                      context.longestHeldOut());
          context.send(message(context.place().threads(), Arrays.toString(sizes)));
        },
        received::add);
    assertEquals(
        List.of("[2, 3][0.0, 0.5][0, 1]", "[2, 3][0.0, 0.5][0, 1]", "[6.0, 1.0, 2.0]"),
        received.stream().map(m -> ((RankMessage.Evaluated) m).dataset()).toList());
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    assertEquals(threads, ((RankMessage.Evaluated) received.get(2)).step());
  }

  /** One that was left alone would be a reason to repeat the stage; one that knows why is not. */
  @Test
  void theReasonIsToldAndNotWhatOthersSawOfIt() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                RankStage.run(
                    spark,
                    "test",
                    packs(),
                    team(Duration.ofMinutes(1)),
                    context -> {
                      context.send(message(1, "attempt"));
                      if (context.ranks().rank() == 1) {
                        throw new HoneException("the disk of rank 1 is full");
                      }
                      context.ranks().sums(1);
                    },
                    received::add));
    assertEquals("the disk of rank 1 is full", thrown.getMessage());
    assertEquals(1, received.size());
  }

  @Test
  void aRankThatIsSilentForTooLongMakesSparkRepeatTheStage() {
    List<RankMessage> received = new CopyOnWriteArrayList<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        team(Duration.ofSeconds(2)),
        context -> {
          int attempt = context.task().stageAttemptNumber();
          if (attempt == 0 && context.ranks().rank() == 1) {
            Thread.sleep(4000);
          }
          context.ranks().sums(1);
          context.send(message(attempt, "met"));
        },
        received::add);
    assertEquals(
        List.of(1L), received.stream().map(m -> ((RankMessage.Evaluated) m).step()).toList());
  }

  @Test
  void moreRanksThanSlotsAreRefusedAtOnce() {
    RankStage.requireStartable(spark, 2);
    String message =
        assertThrows(HoneException.class, () -> RankStage.requireStartable(spark, 3)).getMessage();
    assertTrue(message.startsWith("workers is 3, and this Spark session runs 2 tasks"), message);
  }

  private static RankTeam team(Duration timeout) {
    return new RankTeam(Ranks.gradients(2), timeout, Payload.F32);
  }

  @Test
  void theTemporaryDirectoryGoesWithTheWork() {
    AtomicReference<String> directory = new AtomicReference<>();
    RankStage.run(
        spark,
        "test",
        packs(),
        context -> {
          Files.writeString(context.place().directory().resolve("scratch"), "x");
          context.send(message(1, context.place().directory().toString()));
        },
        message -> directory.set(((RankMessage.Evaluated) message).dataset()));
    assertFalse(Files.exists(Path.of(directory.get())));
  }

  private static RankMessage message(long step, String text) {
    return new RankMessage.Evaluated(step, text, "name", 0, 0, Instant.EPOCH);
  }

  private static String text(PackedRow row) {
    return Arrays.toString(row.inputIds())
        + Arrays.toString(row.lossWeights())
        + Arrays.toString(row.documentStarts());
  }

  private Dataset<Row> packs() {
    StructType schema =
        StructType.fromDDL(
            "split STRING, pack_id BIGINT, input_ids ARRAY<INT>, loss_weights ARRAY<FLOAT>, document_starts ARRAY<INT>");
    List<Row> rows = new ArrayList<>();
    rows.add(row("train", 2, new int[] {4, 5}, new float[] {0, 1}, 0));
    rows.add(row("eval", 0, new int[] {7}, new float[] {0}, 0));
    rows.add(row("train", 0, new int[] {0, 1}, new float[] {0, 1}, 0));
    rows.add(row("test", 0, new int[] {9}, new float[] {0}, 0));
    rows.add(row("train", 1, new int[] {2, 3}, new float[] {0, 0.5f}, 0, 1));
    return spark
        .createDataFrame(rows, schema)
        .selectExpr(
            "*", "CAST(NULL AS ARRAY<STRING>) AS answers", "CAST(NULL AS ARRAY<DOUBLE>) AS margins")
        .repartition(2);
  }

  private static Row row(String split, long pack, int[] ids, float[] weights, int... starts) {
    List<Float> boxed = IntStream.range(0, weights.length).mapToObj(i -> weights[i]).toList();
    return RowFactory.create(
        split,
        pack,
        Arrays.stream(ids).boxed().toList(),
        boxed,
        Arrays.stream(starts).boxed().toList());
  }

  /** Known to both sides of a local session; the work itself is serialised and cannot carry it. */
  private static final class Latch {
    private static final CountDownLatch ARRIVED = new CountDownLatch(1);

    static CountDownLatch arrived() {
      return ARRIVED;
    }

    static boolean await() throws InterruptedException {
      return ARRIVED.await(30, TimeUnit.SECONDS);
    }
  }
}
