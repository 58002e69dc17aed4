package dev.hone.jobs.forget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.eval.SampledAnswers;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SampledRecordsTest {
  @TempDir private static Path folder;

  /** Record a is held out from the runs of the first preparation, and trained on by the second. */
  @Test
  void samplesOfRunsThatHeldARecordOutAreToGo() {
    SparkSession spark = LocalSpark.session(2, Map.of());
    Warehouse warehouse = Warehouse.open(spark, folder.resolve("warehouse").toString());
    warehouse.create(List.of(DocumentRow.class, GenerationRow.class, PackRow.class, RunRow.class));
    warehouse.append(
        PackRow.class,
        List.of(
            pack("first", "eval", "b", "a"),
            pack("first", "train", "c", "d"),
            pack("second", "eval", "b", "e"),
            pack("second", "train", "a", "c")));
    warehouse.append(
        RunRow.class, List.of(run("one", "first"), run("two", "first"), run("three", "second")));
    warehouse.append(
        GenerationRow.class,
        List.of(
            row("one", 0, SampledAnswers.DATASET),
            row("one", 2, SampledAnswers.DATASET),
            row("one", 7, "qa"),
            row("two", 0, SampledAnswers.DATASET),
            row("three", 0, SampledAnswers.DATASET)));
    Dataset<Row> ids = spark.createDataset(List.of("a"), Encoders.STRING()).toDF("record_id");
    AskedRecords asked =
        new AskedRecords(
            warehouse, ids, new ForgetRequest(List.of(), List.of(), List.of(), false, false));
    assertEquals(
        List.of("one 0", "one 2", "two 0"),
        asked
            .rows()
            .selectExpr("run_id || ' ' || step AS gone")
            .as(Encoders.STRING())
            .collectAsList()
            .stream()
            .sorted()
            .toList());
  }

  private static GenerationRow row(String run, long step, String dataset) {
    return new GenerationRow(
        run, step, dataset, 0, "prompt", "completion", "reference", false, Instant.EPOCH);
  }

  private static PackRow pack(String prep, String split, String... records) {
    return new PackRow(
        prep,
        split,
        0,
        new int[2],
        new float[2],
        new int[] {0, 1},
        List.of(records),
        new int[2],
        Optional.empty(),
        2,
        2,
        1);
  }

  private static RunRow run(String id, String prep) {
    return new RunRow(
        id,
        Optional.of(prep),
        "finished",
        Optional.empty(),
        "{}",
        "hash",
        "0",
        "{}",
        "{}",
        7,
        "ada",
        "{}",
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
