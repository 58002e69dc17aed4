package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.tables.LocalSpark;
import dev.hone.jobs.docs.SmallWarehouse;
import java.nio.file.Path;
import java.util.Map;
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
    SmallWarehouse.create(spark, dir.toString());
    assertEquals(
        """
        run first                                  before        after
        heldout exact match (2 questions)           0.0 %       50.0 %
        patterns exact match (1 questions)          0.0 %        0.0 %
        plain_text perplexity (600 tokens)          40.00        41.50

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
