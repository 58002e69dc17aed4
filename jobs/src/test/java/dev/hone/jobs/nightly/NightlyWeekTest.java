package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.jobs.Hone;
import dev.hone.jobs.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
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
  private static final double MARGIN = 0.5;

  @TempDir private static Path folder;

  private static NightlyFixture week;
  private static Map<String, String> fourth = Map.of();

  @BeforeAll
  static void write() throws IOException {
    week = new NightlyFixture(folder);
    week.write();
  }

  @Test
  @Order(0)
  void beforeAnythingHasLandedThereIsNothingToDo() {
    assertEquals(new Night(List.of(), Optional.empty()), week.night());
    assertEquals(List.of("0"), week.sql("SELECT count(*) FROM runs"));
  }

  @Test
  @Order(1)
  void theFirstNightStartsWithTheBaseModel() throws IOException {
    week.land("monday.jsonl", NightlyFixture.good(100, 8));
    Decision decided = only(week.night());
    assertTrue(decided.promoted(), decided.line());
    ModelRow row = decided.row();
    assertEquals(1, row.version());
    assertEquals(8, row.newRecords());
    assertTrue(row.parentVersion().isEmpty());
    assertTrue(decided.verdicts().get(0).difference().isPresent());
  }

  @Test
  @Order(2)
  void theSecondGoesOnFromItWithWhatIsNewAndSomeOfTheOld() throws IOException {
    week.land("tuesday.jsonl", NightlyFixture.good(200, 8));
    Decision decided = only(week.night("nightly.replay=0.5"));
    assertTrue(decided.promoted(), decided.line());
    ModelRow row = decided.row();
    assertEquals(2, row.version());
    assertEquals(1, row.parentVersion().orElseThrow());
    assertEquals(8, row.newRecords());
    assertTrue(row.replayedPacks() > 0 && row.replayedPacks() < row.newPacks(), row.toString());
    assertEquals(
        List.of("1,retired", "2,promoted"),
        week.sql("SELECT version, state FROM models ORDER BY 1"));
    assertEquals(loss("max", 1), loss("min", 2), "it began with what the first ended with");
  }

  @Test
  @Order(3)
  void aNightWithNothingNewDoesNothing() {
    List<String> runs = week.sql("SELECT count(*) FROM runs");
    Night night = week.night();
    assertEquals(List.of(), night.decisions());
    assertTrue(night.busy().isEmpty());
    assertEquals(runs, week.sql("SELECT count(*) FROM runs"));
  }

  @Test
  @Order(4)
  void ofGarbageNothingIsLearnedAndNothingIsLost() throws IOException {
    week.land("thursday.jsonl", "{broken\n{\"no\": \"such field\"}\n");
    assertEquals(List.of(), week.night().decisions());
    assertEquals(
        List.of("corrupt_json,1", "missing_field,1"),
        week.sql("SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY reason"));
  }

  @Test
  @Order(5)
  void aVersionThatIsWorseIsNotUsed() throws IOException {
    week.land("friday.jsonl", NightlyFixture.bad(300, 8));
    Decision decided = only(week.night());
    assertEquals("rejected", decided.row().state(), decided.line());
    String reason = decided.row().reason().orElseThrow();
    assertTrue(reason.startsWith("eval_loss <= current + 0.5: "), reason);
    assertTrue(reason.contains("does not hold"), reason);
    assertEquals(
        List.of("2"), week.sql("SELECT version FROM promoted_models WHERE model = 'helper'"));
    assertEquals(List.of(), week.night().decisions(), "its records are not taken again");
  }

  @Test
  @Order(6)
  void aNightThatIsKilledIsGoneOnWith() throws Exception {
    week.land("saturday.jsonl", NightlyFixture.good(400, 8));
    OwnJvm.Result killed =
        OwnJvm.ended(
            folder,
            Map.of(),
            OwnJvm.End.KILL,
            out -> out.contains("\nsaved step 4"),
            "nightly",
            week.config().toString());
    assertEquals(137, killed.status(), killed.err() + killed.out());
    assertEquals(
        List.of("4,training"), week.sql("SELECT version, state FROM models WHERE version > 3"));
    Decision decided = only(week.night());
    assertTrue(decided.promoted(), decided.line());
    assertEquals(2, decided.row().attempts());
    assertEquals(2, decided.row().parentVersion().orElseThrow());
    assertEquals(8, decided.row().newRecords());
    assertEquals(loss("max", 2), loss("min", 4), "it began with what the second ended with");
    assertEquals(
        week.sql("SELECT max(step) FROM metrics WHERE run_id = 'helper-v4'"),
        week.sql(
            "SELECT count(DISTINCT step) FROM metrics WHERE run_id = 'helper-v4' AND name = 'loss'"));
    fourth = week.bytes("v4");
  }

  @Test
  @Order(7)
  void theWeekEndsWellAndCanBeTakenBack() throws IOException {
    week.land("sunday.jsonl", NightlyFixture.good(500, 8));
    Decision decided = only(week.night());
    assertTrue(decided.promoted(), decided.line());
    assertEquals(
        List.of("1,null,retired", "2,1,retired", "3,2,rejected", "4,2,retired", "5,4,promoted"),
        week.sql("SELECT version, parent_version, state FROM models ORDER BY 1"));

    assertEquals(4, week.byHand().rollback("seen to be rude").version());
    assertEquals(
        List.of("4,promoted", "5,rolled_back"),
        week.sql("SELECT version, state FROM models WHERE version > 3 ORDER BY 1"));
    assertEquals(
        List.of(folder.resolve("out/v4").toString()), week.sql("SELECT path FROM promoted_models"));
    assertEquals(fourth, week.bytes("v4"));
    assertEquals(List.of(), week.night().decisions(), "what was rolled back is not learned again");
  }

  /** With room: a good night is better than half the margin, the bad one worse than twice that. */
  @Test
  @Order(8)
  void everyGateSaysWhatWasMeasured() throws IOException {
    for (ModelRow row : week.models().versions()) {
      JsonNode gates = new JsonMapper().readTree(row.gates().orElseThrow());
      assertEquals(1, gates.size(), row.toString());
      JsonNode gate = gates.get(0);
      double candidate = gate.get("candidate").asDouble();
      double current = gate.get("current").asDouble();
      boolean bad = row.version() == 3;
      assertEquals(loss("max", row.version()), String.valueOf(candidate));
      assertEquals(loss("min", row.version()), String.valueOf(current));
      assertTrue(
          Math.abs(gate.get("bound").asDouble() - current - MARGIN) <= 1e-12, row.toString());
      assertEquals(!bad, gate.get("holds").asBoolean(), row.toString());
      assertTrue(
          bad ? candidate >= current + 2 * MARGIN : candidate <= current + MARGIN / 2,
          row.toString());
    }
  }

  @Test
  @Order(9)
  void whatWasChangedOrForgottenIsNotPromoted() throws IOException {
    Path weights = folder.resolve("out/v1/model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(weights, changed);
    HoneException e = assertThrows(HoneException.class, () -> week.byHand().promote(1, "by hand"));
    assertTrue(e.getMessage().contains("changed after it was written"), e.getMessage());
    Files.write(weights, before);

    Hone.warehouse(NightlyFixture.spark(), week.warehouse())
        .deltaTable(RunRow.class)
        .updateExpr(
            "run_id = 'helper-v2'",
            Map.of("forgotten_at", "current_timestamp()", "forgotten_rows", "1L"));
    e = assertThrows(HoneException.class, () -> week.byHand().promote(5, "by hand"));
    assertTrue(
        e.getMessage().contains("records that version 2 was trained on were forgotten"),
        e.getMessage());
    assertEquals(1, week.byHand().promote(1, "by hand").version());
  }

  /** The line of the version in use has a forgotten record: the next begins before it. */
  @Test
  @Order(10)
  void theNextVersionBeginsBeforeWhatWasForgotten() throws IOException {
    Models models = week.models();
    models.promote(models.version(4), "for the test", "retired");
    week.land("monday-2.jsonl", NightlyFixture.good(600, 4));
    Decision decided = only(week.night("nightly.keep_rejected=0"));
    assertEquals(1, decided.row().parentVersion().orElseThrow());
    assertEquals(8 + 8 + 4, decided.row().newRecords(), "tuesday, saturday and tonight");
    assertTrue(decided.promoted(), decided.line());
  }

  /** As the last night was told by keep_rejected. */
  @Test
  @Order(11)
  void ofWhatWasRejectedNoFolderIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertEquals(
          List.of("v1", "v2", "v4", "v5", "v6"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
    HoneException e = assertThrows(HoneException.class, () -> week.byHand().promote(3, "by hand"));
    assertEquals(
        "version 3 of model 'helper' is rejected: its folder was deleted, as nightly.keep_rejected said",
        e.getMessage());
  }

  private static Decision only(Night night) {
    assertEquals(1, night.decisions().size(), night.toString());
    return night.decisions().get(0);
  }

  /** The held-out loss of a run at its first (min) or last (max) step. */
  private static String loss(String end, long version) {
    List<String> found =
        week.sql(
            "SELECT %s_by(value, step) FROM evals WHERE run_id = 'helper-v%d' AND name = 'eval_loss'"
                .formatted(end, version));
    assertEquals(1, found.size());
    return found.get(0);
  }
}
