package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not go into packs, what is held out, and that both are accounted for. */
@Tag("spark")
class PrepRefusalTest {
  /** With their end token 7, 13, 4 and 1 tokens; the last carries no target. */
  private static final List<DocumentRow> LENGTHS =
      TestCorpus.texts("lengths", "abcdef", "abcdefghijkl", "abc", "");

  private static final List<DocumentRow> HUNDRED =
      TestCorpus.texts(
          "hundred",
          IntStream.range(0, 100).mapToObj(i -> "text number " + i).toArray(String[]::new));

  private static final List<DocumentRow> REPEATS =
      TestCorpus.texts("repeats", "one", "two", "one", "text number 5");

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  @BeforeAll
  static void loadDocuments() {
    List<DocumentRow> documents = new ArrayList<>(LENGTHS);
    documents.addAll(HUNDRED);
    documents.addAll(REPEATS);
    warehouse = PrepFixture.warehouse(directory, documents);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  private static PrepFixture prep(String... datasets) {
    return new PrepFixture(warehouse, tokenizer).datasets(List.of(datasets));
  }

  @Test
  void longSamplesAreDroppedToQuarantineAndCounted() {
    PrepFixture prep = prep("lengths").sequenceLen(8).allow(Guard.NO_TRAINED_TOKEN);
    PrepReport report = prep.run();
    PrepRow row = report.prep();
    assertEquals(
        List.of("1 no_trained_token (dataset lengths)", "1 too_long (dataset lengths)"),
        report.refused().stream().map(Object::toString).toList());
    assertEquals(4, row.documents());
    assertEquals(2, row.samples());
    assertEquals(2, row.quarantined());
    assertEquals(7 + 4, row.tokens());
    assertEquals(13 + 1, row.droppedTokens());
    assertEquals(2, row.trainPacks());
    assertEquals(11 / 16.0, row.fill());

    QuarantineRow tooLong = prep.quarantine(report).get(0);
    assertEquals(LENGTHS.get(1).recordId(), tooLong.recordId());
    assertEquals("prep", tooLong.stage());
    assertEquals("too_long", tooLong.reason());
    assertTrue(tooLong.message().contains("13 tokens, sequence_len is 8"), tooLong.message());
    assertEquals(LENGTHS.get(1).record(), tooLong.raw());
  }

  @Test
  void truncateKeepsTheBeginningAndCountsWhatItCut() {
    PrepFixture prep =
        prep("lengths")
            .sequenceLen(8)
            .excessLength(ExcessLength.TRUNCATE)
            .allow(Guard.NO_TRAINED_TOKEN);
    PrepReport report = prep.run();
    assertEquals(1, report.prep().truncated());
    assertEquals(5 + 1, report.prep().droppedTokens());
    assertEquals(
        List.of(
            "dataset lengths: 1 documents truncated, 6 tokens dropped, with those of refused documents"),
        report.effects());
    assertEquals(7 + 8 + 4, report.prep().tokens());
    assertEquals(8, prep.samples(report).get(1).length());
  }

  @Test
  void errorNamesTheRecordAndWritesNoSample() {
    PrepFixture prep = prep("lengths").sequenceLen(8).excessLength(ExcessLength.ERROR);
    long samples = warehouse.version(SampleRow.class);
    var refusal = assertThrows(HoneException.class, prep::run);
    assertTrue(
        refusal
            .getMessage()
            .startsWith("lengths.jsonl, record 1 (dataset lengths): 13 tokens are more than"),
        refusal.getMessage());
    assertEquals(samples, warehouse.version(SampleRow.class));
  }

  @Test
  void ifEverythingIsRefusedTheReasonsAreCounted() {
    PrepFixture prep = prep("lengths").sequenceLen(3).allow(Guard.NO_TRAINED_TOKEN);
    var refusal = assertThrows(HoneException.class, prep::run);
    assertTrue(
        refusal.getMessage().contains("4 documents gave 0 samples")
            && refusal.getMessage().contains("4 were refused (too_long 3, no_trained_token 1)"),
        refusal.getMessage());
  }

  @Test
  void aDatasetThatWasNeverIngestedIsNamed() {
    var refusal = assertThrows(HoneException.class, () -> prep("unheard").run());
    assertTrue(refusal.getMessage().contains("no record of dataset unheard"));
  }

  @Test
  void aPartIsHeldOutByContentAloneSoMoreDataMovesNoRecord() {
    PrepFixture alone = prep("hundred").valSetSize(0.3);
    Set<String> heldOut = heldOut(alone, alone.run());
    assertTrue(heldOut.size() > 15 && heldOut.size() < 45, heldOut.size() + " of 100");

    PrepFixture more = prep("lengths", "hundred").valSetSize(0.3).allow(Guard.NO_TRAINED_TOKEN);
    Set<String> heldOutWithMore = heldOut(more, more.run());
    LENGTHS.forEach(document -> heldOutWithMore.remove(document.recordId()));
    assertEquals(heldOut, heldOutWithMore);
  }

  @Test
  void aNumberHoldsOutTheSmallestHashes() {
    PrepFixture prep = prep("hundred").valSetSize(7);
    assertEquals(
        HUNDRED.stream()
            .sorted(Comparator.comparing(DocumentRow::contentHash))
            .limit(7)
            .map(DocumentRow::recordId)
            .collect(Collectors.toSet()),
        heldOut(prep, prep.run()));
    var refusal = assertThrows(HoneException.class, () -> prep("hundred").valSetSize(100).run());
    assertTrue(refusal.getMessage().contains("100 samples, all held out (val_set_size 100"));
  }

  @Test
  void testDatasetsAreHeldOutWholeAndDeduplicationKeepsTheFirstOfEqualRecords() {
    PrepFixture prep = prep("hundred").evalDatasets(List.of("repeats")).dedup(true);
    PrepReport report = prep.run();
    assertEquals(
        Set.of(REPEATS.get(0).recordId(), REPEATS.get(1).recordId()), heldOut(prep, report));
    assertEquals(
        100,
        prep.packs(report).stream()
            .filter(pack -> pack.split().equals("train"))
            .mapToInt(pack -> pack.recordIds().size())
            .sum());
    List<QuarantineRow> duplicates = prep.quarantine(report);
    assertEquals(List.of(2L, 3L), duplicates.stream().map(QuarantineRow::ordinal).toList());
    assertTrue(duplicates.get(0).message().contains("repeats " + REPEATS.get(0).recordId()));
    assertTrue(duplicates.get(1).message().contains("repeats " + HUNDRED.get(5).recordId()));
    assertEquals(2, report.refused().get(0).records());
    assertEquals("duplicate", report.refused().get(0).reason());
  }

  private static Set<String> heldOut(PrepFixture prep, PrepReport report) {
    return prep.samples(report).stream()
        .filter(sample -> sample.split().equals("eval"))
        .map(SampleRow::recordId)
        .collect(Collectors.toSet());
  }
}
