package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.eval.SampledAnswers;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.docs.SmallWarehouse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class QuickstartReportTest {
  @TempDir private Path dir;

  @Test
  void showsTheNewestFinishedRunBeforeAndAfter() {
    SparkSession spark = LocalSpark.session(1, Map.of());
    Warehouse warehouse = SmallWarehouse.create(spark, dir.toString());
    warehouse.append(
        GenerationRow.class,
        List.of(
            new GenerationRow(
                "first",
                3,
                SampledAnswers.DATASET,
                0,
                "a prompt",
                "an answer",
                "a reference",
                false,
                Instant.EPOCH)));
    warehouse.append(
        EvalRow.class,
        List.of(
            new EvalRow(
                "first",
                3,
                "heldout",
                "win_rate",
                0.75,
                2,
                Instant.EPOCH,
                Optional.of(0.214),
                Optional.of(0.972))));
    assertEquals(
        """
        run first                                  before        after
        heldout exact match (2)                     0.0 %       50.0 % (9.5 to 90.5)
        patterns exact match (1)                    0.0 %        0.0 %
        plain_text perplexity (600 tokens)          40.00        41.50
        heldout better than before (2)                          75.0 % (21.4 to 97.2)

        An answer of heldout:
          asked     question 0
          before    a lake
          after     SELECT 1
          expected  SELECT 1

        An answer of patterns:
          asked     question 0
          before    a hill
          after     SELECT 5
          expected  SELECT 4
        """,
        String.join("\n", QuickstartReport.lines(spark)) + "\n");
  }
}
