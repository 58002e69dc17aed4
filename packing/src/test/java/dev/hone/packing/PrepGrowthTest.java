package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a preparation when its datasets change. */
@Tag("spark")
class PrepGrowthTest {
  private static final List<DocumentRow> CORPUS = TestCorpus.inFiveFormats(12);
  private static final List<DocumentRow> MORE = later(TestCorpus.inFiveFormats(15));

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;
  private static int lengths = 500;

  private final PrepFixture prep =
      new PrepFixture(warehouse, tokenizer).datasets(TestCorpus.TYPES).sequenceLen(lengths++);

  @BeforeAll
  static void openWarehouse() {
    warehouse = PrepFixture.warehouse(directory, CORPUS);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  @BeforeEach
  void startWithTheCorpus() {
    warehouse.deltaTable(DocumentRow.class).delete();
    warehouse.append(DocumentRow.class, CORPUS);
  }

  /** Another file of the same datasets, whose name sorts before the first one. */
  private static List<DocumentRow> later(List<DocumentRow> documents) {
    return documents.stream()
        .skip(5)
        .map(
            d ->
                new DocumentRow(
                    "later-" + d.recordId(),
                    d.dataset(),
                    "a-later-" + d.source(),
                    d.sourceVersion(),
                    d.ordinal(),
                    d.contentHash(),
                    d.kind(),
                    d.record(),
                    d.duplicateOf(),
                    d.ingestedAt(),
                    d.line(),
                    d.rowKey()))
        .toList();
  }

  @Test
  void onlyNewDocumentsAreTokenizedAndTheirPacksAreAdded() {
    prep.valSetSize(5);
    PrepReport first = prep.run();
    List<PackRow> before = prep.packs(first);
    Map<String, String> sides = sides(first);
    assertTrue(sides.containsValue("eval"));
    warehouse.append(DocumentRow.class, MORE);

    PrepReport grown = prep.run();
    assertEquals(first.prep().prepId(), grown.prep().prepId());
    assertEquals(MORE.size(), grown.encoded());
    assertTrue(grown.grown());
    assertEquals(CORPUS.size() + MORE.size(), grown.prep().documents());
    Map<Long, PackRow> trained = byId(prep.packs(grown), "train");
    for (PackRow pack : before) {
      if (pack.split().equals("train")) {
        assertEquals(pack.recordIds(), trained.get(pack.packId()).recordIds());
        assertArrayEquals(pack.inputIds(), trained.get(pack.packId()).inputIds());
      }
    }
    assertEquals(grown.prep().trainPacks(), trained.size(), "numbered without gaps");
    assertTrue(trained.containsKey(grown.prep().trainPacks() - 1));
    Map<String, String> sidesNow = sides(grown);
    sides.forEach((record, side) -> assertEquals(side, sidesNow.get(record), record));
    assertEveryDocumentOnce(grown);

    String gone = prep.samples(first).get(3).recordId();
    warehouse.deltaTable(DocumentRow.class).delete(col("record_id").equalTo(gone));
    PrepReport less = prep.run();
    assertEquals(0, less.encoded(), "it is taken out of its pack, and nothing is tokenized");
    assertEquals(grown.prep().documents() - 1, less.prep().documents());
    assertEveryDocumentOnce(less);
    assertTrue(prep.run().reused());
  }

  @Tag("slow")
  @Test
  void withoutDuplicatesANewDocumentThatRepeatsAnOldOneIsRefused() {
    prep.dedup(true);
    PrepReport first = prep.run();
    warehouse.append(DocumentRow.class, MORE);
    PrepReport grown = prep.run();
    Set<String> old = Set.copyOf(CORPUS.stream().map(DocumentRow::contentHash).toList());
    Set<String> fresh =
        MORE.stream()
            .map(DocumentRow::contentHash)
            .filter(hash -> !old.contains(hash))
            .collect(Collectors.toSet());
    assertFalse(fresh.isEmpty());
    assertTrue(grown.prep().samples() <= first.prep().samples() + fresh.size());
    assertTrue(grown.prep().samples() > first.prep().samples());
    assertEveryDocumentOnce(grown);
  }

  // The default build is near its limit of time.
  @Tag("slow")
  @Test
  void aDocumentThatIsGoneIsTakenOutOfItsPack() {
    PrepReport first = prep.run();
    List<PackRow> before = prep.packs(first);
    String gone = prep.samples(first).get(3).recordId();
    warehouse.deltaTable(DocumentRow.class).delete(col("record_id").equalTo(gone));
    warehouse.append(DocumentRow.class, MORE);
    PrepReport changed = prep.run();
    assertEquals(first.prep().prepId(), changed.prep().prepId());
    assertEquals(MORE.size(), changed.encoded(), "what stays is not tokenized again");
    assertEquals(CORPUS.size() - 1 + MORE.size(), changed.prep().documents());
    Map<Long, PackRow> after = byId(prep.packs(changed), "train");
    for (PackRow pack : before) {
      List<String> left = pack.recordIds().stream().filter(id -> !id.equals(gone)).toList();
      if (!left.isEmpty()) {
        assertEquals(left, after.get(pack.packId()).recordIds());
      }
    }
    assertEveryDocumentOnce(changed);
  }

  @Tag("slow")
  @Test
  void whereOneIsGoneAndNoneCameNothingIsTokenized() {
    PrepReport first = prep.run();
    String gone = prep.samples(first).get(5).recordId();
    warehouse.deltaTable(DocumentRow.class).delete(col("record_id").equalTo(gone));
    PrepReport less = prep.run();
    assertEquals(0, less.encoded());
    assertEquals(first.prep().documents() - 1, less.prep().documents());
    assertNotEquals(first.prep().content(), less.prep().content());
    assertEveryDocumentOnce(less);
    long version = warehouse.version(PackRow.class);
    assertTrue(prep.run().reused());
    assertEquals(version, warehouse.version(PackRow.class));
  }

  @Tag("slow")
  @Test
  void whenManyDocumentsAreGoneThePreparationIsMadeAnew() {
    PrepReport first = prep.run();
    List<String> gone =
        prep.samples(first).stream()
            .map(SampleRow::recordId)
            .distinct()
            .limit(CORPUS.size() / 10 + 1)
            .toList();
    warehouse.deltaTable(DocumentRow.class).delete(col("record_id").isin(gone.toArray()));
    PrepReport again = prep.run();
    assertEquals(first.prep().prepId(), again.prep().prepId());
    assertEquals(CORPUS.size() - gone.size(), again.encoded());
    assertEveryDocumentOnce(again);
  }

  @Test
  void anAdditionThatWasCutOffIsMadeGood() {
    PrepReport first = prep.run();
    warehouse.append(DocumentRow.class, MORE);
    // As if the driver had died while it added: a sample that no pack has.
    SampleRow stray = prep.samples(first).get(0);
    warehouse.append(SampleRow.class, List.of(stray));
    PrepReport repaired = prep.run();
    assertEquals(CORPUS.size() + MORE.size(), repaired.encoded());
    assertEveryDocumentOnce(repaired);
  }

  private Map<String, String> sides(PrepReport report) {
    Map<String, String> sides = new HashMap<>();
    prep.samples(report).forEach(sample -> sides.put(sample.recordId(), sample.split()));
    return sides;
  }

  private static Map<Long, PackRow> byId(List<PackRow> packs, String split) {
    return packs.stream()
        .filter(pack -> pack.split().equals(split))
        .collect(Collectors.toMap(PackRow::packId, pack -> pack));
  }

  /** Every document is in quarantine, or its samples are each in one pack. */
  private void assertEveryDocumentOnce(PrepReport report) {
    List<String> places = new ArrayList<>();
    prep.quarantine(report).forEach(row -> places.add(row.recordId()));
    List<SampleRow> samples = prep.samples(report);
    samples.stream().map(SampleRow::recordId).distinct().forEach(places::add);
    List<String> documents = new ArrayList<>();
    warehouse
        .read(DocumentRow.class)
        .select("record_id")
        .collectAsList()
        .forEach(row -> documents.add(row.getString(0)));
    assertEquals(documents.stream().sorted().toList(), places.stream().sorted().toList());
    List<String> packed =
        prep.packs(report).stream().flatMap(pack -> pack.recordIds().stream()).sorted().toList();
    assertEquals(samples.stream().map(SampleRow::recordId).sorted().toList(), packed);
  }
}
