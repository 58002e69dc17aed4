package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SignatureRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.ContaminationRule;
import dev.hone.packing.quality.EvaluationGrams;
import dev.hone.packing.quality.NearRule;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.packing.quality.TextRules;
import dev.hone.packing.quality.pii.PiiKind;
import java.lang.Character.UnicodeScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the quality filters take out of a preparation, and what the tables say about it. */
@Tag("spark")
class PrepQualityTest {
  private static final TextRules RULES =
      new TextRules(5, 40, 0, 0, Set.of(UnicodeScript.LATIN), 0.5, Set.of(PiiKind.EMAIL));

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  @BeforeAll
  static void openWarehouse() {
    List<DocumentRow> documents = new ArrayList<>();
    documents.addAll(
        TestCorpus.texts(
            "notes",
            "a good text",
            "no",
            "привет, мир",
            "write to jo@mail.de",
            "a good text",
            "write to jo@mail.de",
            "far too long, ".repeat(4)));
    documents.addAll(TestCorpus.texts("tests", "no", "привет, мир", "write to jo@mail.de"));
    warehouse = PrepFixture.warehouse(directory, documents);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  private static PrepFixture prep() {
    return new PrepFixture(warehouse, tokenizer);
  }

  @Test
  void everyRemovedDocumentIsInQuarantineWithItsFilterAndCounted() {
    PrepFixture prep =
        prep()
            .datasets(List.of("notes"))
            .evalDatasets(List.of("tests"))
            .dedup(true)
            .quality(new QualitySpec(RULES, Optional.empty(), Optional.empty()));
    PrepReport report = prep.run();

    assertEquals(
        List.of("1 too_short_text", "2 script", "3 pii", "4 duplicate", "5 pii", "6 too_long_text"),
        prep.quarantine(report).stream().map(row -> row.ordinal() + " " + row.reason()).toList());
    assertEquals(4, report.prep().samples(), "one to train on, and the tests as they are");
    List<QualityRow> quality =
        Rows.of(QualityRow.class)
            .collect(
                warehouse
                    .read(QualityRow.class)
                    .where(col("prep_id").equalTo(report.prep().prepId())));
    assertEquals(
        Set.of(
            "notes too_short_text 7 1",
            "notes too_long_text 6 1",
            "notes script 5 1",
            "notes pii 4 2",
            "notes duplicate 2 1",
            "tests duplicate 3 0"),
        quality.stream()
            .map(r -> "%s %s %d %d".formatted(r.dataset(), r.filter(), r.documents(), r.removed()))
            .collect(Collectors.toSet()));
    assertEquals(Set.copyOf(quality), Set.copyOf(report.quality()));
    assertEquals("pii removed 2 of 4 documents (dataset notes)", report.removed().get(3));
    assertEquals(List.of(), report.refusedOtherwise());

    PrepReport again = prep.run();
    assertTrue(again.reused());
    assertEquals(report.quality(), again.quality());
  }

  @Tag("slow")
  @Test
  void aDocumentThatComesLaterIsFilteredAlike() {
    PrepFixture prep =
        prep()
            .datasets(List.of("grows"))
            .quality(new QualitySpec(RULES, Optional.empty(), Optional.empty()));
    List<DocumentRow> rows =
        TestCorpus.texts("grows", "the first text", "no", "the third text", "x@mail.de is here");
    warehouse.append(DocumentRow.class, rows.subList(0, 2));
    PrepReport first = prep.run();
    warehouse.append(DocumentRow.class, rows.subList(2, 4));
    PrepReport grown = prep.run();

    assertFalse(grown.reused());
    assertEquals(first.prep().prepId(), grown.prep().prepId());
    assertEquals(2, grown.encoded());
    assertEquals(
        List.of("too_short_text", "pii"),
        prep.quarantine(grown).stream().map(QuarantineRow::reason).toList());
    assertEquals(
        List.of("too_short_text 4 1", "too_long_text 3 0", "script 3 0", "pii 3 1"),
        grown.quality().stream()
            .map(r -> "%s %d %d".formatted(r.filter(), r.documents(), r.removed()))
            .toList());
  }

  @Test
  void ofNearDuplicatesTheFirstIsKept() {
    QualitySpec near =
        new QualitySpec(TextRules.NONE, Optional.empty(), Optional.of(new NearRule(0.8, 2, 64)));
    PrepFixture prep = prep().datasets(List.of("pair")).quality(near);
    warehouse.append(
        DocumentRow.class,
        TestCorpus.texts("pair", fable("fox"), "something else altogether", fable("dog")));
    PrepReport report = prep.run();
    assertEquals(List.of("2 near_duplicate"), removed(prep, report));
    assertEquals(2, report.prep().samples());
  }

  @Tag("slow")
  @Test
  void ofNearDuplicatesTheFirstThatStaysIsKeptAlsoWhenMoreCome() {
    QualitySpec near =
        new QualitySpec(
            new TextRules(0, 0, 0, 0, Set.of(), 1, Set.of(PiiKind.EMAIL)),
            Optional.empty(),
            Optional.of(new NearRule(0.8, 2, 64)));
    PrepFixture prep = prep().datasets(List.of("near")).quality(near);
    List<DocumentRow> rows =
        TestCorpus.texts(
            "near",
            fable("fox") + " jo@mail.de", // 0 is removed by another filter
            fable("fox"), // 1
            fable("dog"), // 2
            "?!", // 3
            "short", // 4
            fable("cat"), // 5
            "Short!"); // 6
    warehouse.append(DocumentRow.class, rows.subList(0, 4));
    PrepReport first = prep.run();
    assertEquals(List.of("0 pii", "2 near_duplicate"), removed(prep, first));
    assertTrue(
        prep.quarantine(first).get(1).message().contains(rows.get(1).recordId()),
        "names the one that stays");
    long signatures = warehouse.read(SignatureRow.class).count();
    assertEquals(3, signatures, "what another filter removed is not hashed");

    warehouse.append(DocumentRow.class, rows.subList(4, 7));
    PrepReport grown = prep.run();
    assertEquals(3, grown.encoded());
    List<String> all = List.of("0 pii", "2 near_duplicate", "5 near_duplicate", "6 near_duplicate");
    assertEquals(all, removed(prep, grown));
    assertEquals(signatures + 3, warehouse.read(SignatureRow.class).count());

    // Made anew with all of them, and one that is gone.
    String gone = rows.get(6).recordId();
    warehouse.deltaTable(DocumentRow.class).delete(col("record_id").equalTo(gone));
    PrepReport anew = prep.run();
    assertEquals(6, anew.encoded());
    assertEquals(all.subList(0, 3), removed(prep, anew));
    assertEquals(
        signatures + 2, warehouse.read(SignatureRow.class).count(), "without the gone one");
  }

  @Test
  void aRowThatIsEvaluatedOnIsNotTrainedOn() {
    String wordedAlike = "Answer in one word or in one line of text: who am I?";
    warehouse.append(
        DocumentRow.class,
        TestCorpus.texts(
            "train",
            "They say the tallest tower of the old town is ninety metres high, and so it is.",
            "The tallest tower stands in another town.",
            wordedAlike));
    List<String> wording = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      wording.add("Answer in one word or in one line of text: number " + i);
    }
    // Equal rows are one, so this is no wording.
    wording.addAll(
        Collections.nCopies(10, "the tallest tower of the old town is ninety metres high"));
    List<DocumentRow> asked = TestCorpus.texts("asked", wording.toArray(String[]::new));
    warehouse.append(DocumentRow.class, asked);
    ContaminationRule rule = new ContaminationRule(8, List.of("asked"));
    PrepFixture prep =
        prep()
            .datasets(List.of("train"))
            .quality(new QualitySpec(TextRules.NONE, Optional.of(rule), Optional.empty()));
    PrepReport report = prep.run();
    assertEquals(List.of("0 contaminated"), removed(prep, report));
    assertEquals(
        "8 words in a row, from word 3 on, are those of a row of asked; decontamination keeps it out of training",
        prep.quarantine(report).get(0).message());

    Dataset<Row> documents = warehouse.read(DocumentRow.class);
    EvaluationGrams grams = EvaluationRows.grams(documents, rule);
    assertTrue(report.prep().config().contains(grams.digest()), report.prep().config());
    assertEquals(Optional.empty(), grams.find(wordedAlike));
    // One of the ten is gone, so what the others share is no wording any more.
    EvaluationGrams fewer =
        EvaluationRows.grams(
            documents.where(col("record_id").notEqual(asked.get(0).recordId())), rule);
    assertTrue(fewer.find(wordedAlike).isPresent());
    assertNotEquals(grams.digest(), fewer.digest());
  }

  private static String fable(String animal) {
    return "the quick brown "
        + animal
        + " jumps over the lazy hen and runs home to tell its many children of the long way it came"
        + " through woods and fields and over the river that parts both lands from one another";
  }

  private static List<String> removed(PrepFixture prep, PrepReport report) {
    return prep.quarantine(report).stream()
        .filter(
            row -> !row.reason().equals("no_trained_token") && !row.reason().equals("too_short"))
        .map(row -> row.ordinal() + " " + row.reason())
        .toList();
  }
}
