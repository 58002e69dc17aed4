package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.jobs.Hone;
import dev.hone.jobs.HoneObserver;
import dev.hone.jobs.OwnJvm;
import dev.hone.jobs.PipelineFiles;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A week of nights on one landing folder: what is promoted, what is not and why, and what of it is
 * there again after a rollback.
 */
@Tag("cluster")
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NightlyWeekTest {
  private static final String MODEL = "helper";

  @TempDir static Path folder;

  private static Map<String, String> fourth = Map.of();

  @Test
  @Order(1)
  void theFirstNightStartsWithTheBaseModel() throws IOException {
    PipelineFiles.copyModel(folder.resolve("model"));
    Files.createDirectory(folder.resolve("landing"));
    Files.writeString(folder.resolve("held-out.jsonl"), good(1000, 6));
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        base_model: %1$s/model
        datasets:
          - {path: %1$s/landing, type: completion, trigger: available_now}
        test_datasets:
          - {path: %1$s/held-out.jsonl, type: completion}
        sequence_len: 64
        sample_packing: true
        learning_rate: 5e-3
        lr_scheduler: constant
        num_epochs: 8
        save_steps: 4
        logging_steps: 1
        output_dir: %1$s/out
        warehouse: %1$s/warehouse
        nightly:
          model: helper
          promote_if: eval_loss <= current + 0.3
          replay: 0.5
        """
            .formatted(folder));
    land("monday.jsonl", good(0, 8));
    Decision decided = only(night());
    assertTrue(decided.promoted(), decided.line());
    ModelRow row = decided.row();
    assertEquals(1, row.version());
    assertEquals(8, row.newRecords());
    assertTrue(row.parentVersion().isEmpty());
    assertEquals(0, row.replayedPacks(), "nothing was learned before");
    assertTrue(decided.verdicts().get(0).difference().isPresent());
  }

  @Test
  @Order(2)
  void theSecondGoesOnFromItWithWhatIsNewAndSomeOfTheOld() throws IOException {
    land("tuesday.jsonl", good(100, 8));
    Decision decided = only(night());
    assertTrue(decided.promoted(), decided.line());
    ModelRow row = decided.row();
    assertEquals(2, row.version());
    assertEquals(1, row.parentVersion().orElseThrow());
    assertEquals(8, row.newRecords());
    assertTrue(row.replayedPacks() > 0 && row.replayedPacks() < row.newPacks(), row.toString());
    assertEquals(
        List.of("1,retired", "2,promoted"), sql("SELECT version, state FROM models ORDER BY 1"));
    // What it began with is what the first version ended with.
    assertEquals(
        sql(
            "SELECT max_by(value, step) FROM evals WHERE run_id = 'helper-v1' AND name = 'eval_loss'"),
        sql(
            "SELECT min_by(value, step) FROM evals WHERE run_id = 'helper-v2' AND name = 'eval_loss'"));
  }

  @Test
  @Order(3)
  void aNightWithNothingNewDoesNothing() {
    List<String> runs = sql("SELECT count(*) FROM runs");
    Night night = night();
    assertEquals(List.of(), night.decisions());
    assertTrue(night.busy().isEmpty());
    assertEquals(runs, sql("SELECT count(*) FROM runs"));
  }

  @Test
  @Order(4)
  void ofGarbageNothingIsLearnedAndNothingIsLost() throws IOException {
    land("thursday.jsonl", "{broken\n{\"no\": \"such field\"}\n");
    assertEquals(List.of(), night().decisions());
    assertEquals(
        List.of("corrupt_json,1", "missing_field,1"),
        sql("SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY reason"));
  }

  @Test
  @Order(5)
  void aVersionThatIsWorseIsNotUsed() throws IOException {
    land("friday.jsonl", lines(0, 40, "{\"text\": \"Say %d: #~#~#~#~#~\"}"));
    Decision decided = only(night());
    assertEquals("rejected", decided.row().state(), decided.line());
    String reason = decided.row().reason().orElseThrow();
    assertTrue(reason.startsWith("eval_loss <= current + 0.3: "), reason);
    assertTrue(reason.contains("does not hold"), reason);
    assertEquals(List.of("2"), sql("SELECT version FROM promoted_models WHERE model = 'helper'"));
    assertEquals(List.of(), night().decisions(), "its records are not taken again");
  }

  @Test
  @Order(6)
  void aNightThatIsKilledIsGoneOnWith() throws Exception {
    land("saturday.jsonl", good(200, 8));
    OwnJvm.Result killed =
        OwnJvm.ended(
            folder,
            Map.of(),
            OwnJvm.End.KILL,
            out -> out.contains("\nsaved step 4"),
            "nightly",
            folder.resolve("config.yaml").toString());
    assertEquals(137, killed.status(), killed.err() + killed.out());
    assertEquals(List.of("4,training"), sql("SELECT version, state FROM models WHERE version > 3"));
    Decision decided = only(night());
    assertTrue(decided.promoted(), decided.line());
    assertEquals(2, decided.row().attempts());
    assertEquals(2, decided.row().parentVersion().orElseThrow());
    assertEquals(8, decided.row().newRecords());
    assertEquals(
        sql("SELECT max(step) FROM metrics WHERE run_id = 'helper-v4'"),
        sql(
            "SELECT count(DISTINCT step) FROM metrics WHERE run_id = 'helper-v4' AND name = 'loss'"));
    fourth = bytes("v4");
  }

  @Test
  @Order(7)
  void theWeekEndsWellAndCanBeTakenBack() throws IOException {
    land("sunday.jsonl", good(300, 8));
    assertTrue(only(night()).promoted());
    assertEquals(
        List.of("1,retired", "2,retired", "3,rejected", "4,retired", "5,promoted"),
        sql("SELECT version, state FROM models ORDER BY 1"));

    Promotion hand = new Promotion(Hone.warehouse(spark(), warehouse()), MODEL);
    assertEquals(4, hand.rollback("seen to be rude").version());
    assertEquals(
        List.of("4,promoted", "5,rolled_back"),
        sql("SELECT version, state FROM models WHERE version > 3 ORDER BY 1"));
    assertEquals(
        List.of(folder.resolve("out/v4").toString()), sql("SELECT path FROM promoted_models"));
    assertEquals(fourth, bytes("v4"));
    assertEquals(List.of(), night().decisions(), "what was rolled back is not learned again");
  }

  @Test
  @Order(8)
  void whatWasChangedOrForgottenIsNotPromoted() throws IOException {
    Promotion hand = new Promotion(Hone.warehouse(spark(), warehouse()), MODEL);
    Path weights = folder.resolve("out/v1/model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(weights, changed);
    HoneException e = assertThrows(HoneException.class, () -> hand.promote(1, "by hand"));
    assertTrue(e.getMessage().contains("changed after it was written"), e.getMessage());
    Files.write(weights, before);

    Hone.warehouse(spark(), warehouse())
        .deltaTable(RunRow.class)
        .updateExpr(
            "run_id = 'helper-v2'",
            Map.of("forgotten_at", "current_timestamp()", "forgotten_rows", "1L"));
    e = assertThrows(HoneException.class, () -> hand.promote(5, "by hand"));
    assertTrue(
        e.getMessage().contains("records that version 2 was trained on were forgotten"),
        e.getMessage());
    assertEquals(1, hand.promote(1, "by hand").version());
  }

  /** The line of the version in use has a forgotten record: the next begins before it. */
  @Test
  @Order(9)
  void theNextVersionBeginsBeforeWhatWasForgotten() throws IOException {
    Models models = new Models(Hone.warehouse(spark(), warehouse()), MODEL);
    models.promote(models.version(4), "for the test", "retired");
    land("monday-2.jsonl", good(400, 4));
    Decision decided = only(night());
    assertEquals(1, decided.row().parentVersion().orElseThrow());
    assertEquals(8 + 8 + 4, decided.row().newRecords(), "tuesday, saturday and tonight");
    assertTrue(decided.promoted(), decided.line());
  }

  private static Night night() {
    return Nightly.run(
        spark(),
        overrides -> HoneConfig.read(folder.resolve("config.yaml"), overrides, Map.of()),
        new HoneObserver() {},
        Duration.ofSeconds(2));
  }

  private static Decision only(Night night) {
    assertEquals(1, night.decisions().size(), night.toString());
    return night.decisions().get(0);
  }

  private static void land(String name, String lines) throws IOException {
    Path whole = Files.writeString(folder.resolve(name + ".part"), lines);
    Files.move(whole, folder.resolve("landing").resolve(name));
  }

  private static String good(int from, int count) {
    return lines(from, count, "{\"text\": \"Say %d: a number.\"}");
  }

  private static String lines(int from, int count, String format) {
    // Numbers of every night come from everywhere between 100 and 999, as the held-out ones do.
    return IntStream.range(from, from + count)
        .mapToObj(i -> format.formatted(100 + 37 * i % 900) + "\n")
        .collect(Collectors.joining());
  }

  private static Map<String, String> bytes(String version) throws IOException {
    Map<String, String> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("out").resolve(version))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes.put(file.toString(), Sha256.hex(HexFormat.of().formatHex(Files.readAllBytes(file))));
      }
    }
    return bytes;
  }

  private static List<String> sql(String query) {
    return Hone.sql(spark(), warehouse(), query).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }

  private static String warehouse() {
    return folder.resolve("warehouse").toString();
  }

  private static SparkSession spark() {
    return LocalSpark.session(3, Map.of("spark.default.parallelism", "2"));
  }
}
