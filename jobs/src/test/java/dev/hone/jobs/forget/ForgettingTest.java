package dev.hone.jobs.forget;

import static dev.hone.jobs.forget.ForgetFixture.BY_RAW;
import static dev.hone.jobs.forget.ForgetFixture.BY_TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tables.TeachingRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.packing.PrepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Records forgotten end to end, and what is left of them: nothing. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ForgettingTest {
  private static final String CODEC = "spark.sql.parquet.compression.codec";

  @TempDir private static Path folder;
  private static ForgetFixture fixture;
  private static PrepReport before;
  private static Map<String, String> packsBefore;
  private static ForgetReport planned;
  private static ForgetReport report;

  @BeforeAll
  static void forget() throws IOException {
    SparkSession spark = LocalSpark.session(2, Map.of());
    // A compressed file would hide what this test looks for.
    spark.conf().set(CODEC, "uncompressed");
    fixture = new ForgetFixture(spark, folder);
    fixture.writeCorpus();
    before = fixture.prepare();
    fixture.train(before.prep().prepId());
    packsBefore = fixture.packs(before.prep().prepId());
    assertFalse(fixture.filesWithSecret().isEmpty(), "the secret is looked for where it is");
    assertEquals(
        List.of(),
        fixture.filesWithSecret().stream().filter(file -> file.contains("_delta_log")).toList());
    planned = fixture.forget(List.of(BY_TEXT, BY_RAW), true, false);
    assertEquals(5, fixture.count(DocumentRow.class, BY_TEXT), "a dry run changes nothing");
    report = fixture.forget(List.of(BY_TEXT, BY_RAW), false, true);
  }

  @AfterAll
  static void resetCodec() {
    fixture.spark.conf().unset(CODEC);
  }

  @Test
  @Order(1)
  void theReportCountsByTable() {
    assertEquals(5, report.documents());
    assertEquals(1, report.quarantine());
    assertEquals(4, report.packs().samples());
    assertEquals(1, report.packs().preparations());
    assertEquals(1, report.generations());
    assertEquals(
        List.of(new ForgetReport.Run("trained", "finished", 4, List.of("/models/trained"))),
        report.runs());
    assertEquals(List.of(), report.notices());
    assertEquals(planned.lines(false), report.lines(false));
    assertTrue(planned.lines(true).contains("documents: 5 rows would be deleted"));
  }

  @Test
  @Order(2)
  void noFileOfTheWarehouseHasTheText() throws IOException {
    assertEquals(List.of(), fixture.filesWithSecret());
  }

  @Test
  @Order(3)
  void onlyPacksThatHeldOneChange() {
    Map<String, String> packs = fixture.packs(before.prep().prepId());
    Set<String> gone = new HashSet<>(packsBefore.keySet());
    gone.removeAll(packs.keySet());
    Set<String> changed = new TreeSet<>(packs.keySet());
    changed.removeIf(pack -> packs.get(pack).equals(packsBefore.get(pack)));
    assertEquals(report.packs().gone(), gone.size());
    assertEquals(report.packs().remade(), changed.size());
    assertTrue(changed.size() > 0 && changed.size() < packs.size(), changed + " of " + packs);
    assertEquals(0, fixture.count(SampleRow.class, "record_id IN (" + forgottenIds() + ")"));
    assertEquals(
        0,
        fixture.count(PackRow.class, "exists(record_ids, id -> id IN (" + forgottenIds() + "))"));
    assertEquals(
        0,
        fixture.count(
            PackRow.class,
            "size(input_ids) <> length OR size(loss_weights) <> length OR length = 0"
                + " OR document_starts[0] <> 0 OR fill <> length / 256D"
                + " OR size(filter(loss_weights, w -> w > 0)) <> trained_tokens"));
  }

  @Test
  @Order(4)
  void theRunAndItsCheckpointAreMarked() {
    for (Class<? extends Record> table : List.of(RunRow.class, CheckpointRow.class)) {
      List<Row> marked =
          fixture
              .warehouse()
              .read(table)
              .where("forgotten_at IS NOT NULL")
              .select("run_id", "forgotten_rows")
              .collectAsList();
      assertEquals("[[trained,4]]", marked.toString());
    }
    assertEquals(1, fixture.count(GenerationRow.class, "true"));
  }

  @Test
  @Order(4)
  void whatOtherModelsSaidOfThemIsGoneToo() {
    long samples = fixture.count(SampleRow.class, "true");
    assertEquals(samples, fixture.count(ReferenceRow.class, "true"));
    assertEquals(
        packsBefore.size() - report.packs().gone() - report.packs().remade(),
        fixture.count(TeachingRow.class, "true"));
  }

  @Test
  @Order(5)
  void theNextPreparationIsReused() {
    PrepReport again = fixture.prepare();
    assertTrue(again.reused(), "encoded " + again.encoded());
    assertEquals(before.prep().prepId(), again.prep().prepId());
    assertEquals(before.prep().documents() - 4, again.prep().documents());
    assertEquals(before.prep().samples() - 4, again.prep().samples());
    assertEquals(before.prep().quarantined() - 1, again.prep().quarantined());
    assertEquals(
        fixture.packs(again.prep().prepId()).size(),
        again.prep().trainPacks() + again.prep().evalPacks());
    assertEquals(0, fixture.count(DocumentRow.class, BY_TEXT));
  }

  @Test
  @Order(6)
  void noSourceBringsThemBack() throws IOException {
    // The same file in a new state and one line more; the record in a file that lands anew.
    Path file = folder.resolve("plain.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add("{\"text\": \"A line that came later.\"}");
    Files.write(file, lines);
    Files.writeString(
        folder.resolve("landing/c.jsonl"), ForgetFixture.secret("wrote this line") + "\n");
    PrepReport grown = fixture.prepare();
    assertFalse(grown.reused());
    assertEquals(0, fixture.count(DocumentRow.class, BY_TEXT));
    assertEquals(0, fixture.count(QuarantineRow.class, BY_RAW));
    assertEquals(1, fixture.count(DocumentRow.class, "record LIKE '%came later%'"));
    assertEquals(1, fixture.count(QuarantineRow.class, "stage = 'ingest'"));
  }

  @Test
  @Order(7)
  void packsThatAreAddedLaterGetNumbersOfTheirOwn() throws IOException {
    Files.writeString(folder.resolve("landing/d.jsonl"), "{\"text\": \"Landed after that.\"}\n");
    PrepReport grown = fixture.prepare();
    assertEquals(1, grown.encoded());
    assertEquals(
        fixture.packs(grown.prep().prepId()).size(),
        fixture.count(PackRow.class, "prep_id = '" + grown.prep().prepId() + "'"));
  }

  private static String forgottenIds() {
    return fixture.warehouse().read(ForgottenRow.class).select("record_id").collectAsList().stream()
        .map(row -> "'" + row.getString(0) + "'")
        .collect(Collectors.joining(", "));
  }
}
