package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mixes by weight, down to packs and counts. */
@Tag("spark")
@Tag("slow")
class PrepMixTest {
  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  @BeforeAll
  static void writeCorpora() {
    List<DocumentRow> documents = new ArrayList<>(TestCorpus.texts("a", texts("a", 12)));
    documents.addAll(TestCorpus.texts("b", texts("b", 8)).subList(0, 5));
    documents.addAll(TestCorpus.texts("held", texts("held", 4)));
    warehouse = PrepFixture.warehouse(directory, documents);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  private static String[] texts(String name, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> name + i + " " + "x".repeat(i * 7 % 50))
        .toArray(String[]::new);
  }

  private static PrepFixture prep(String... datasets) {
    return new PrepFixture(warehouse, tokenizer).datasets(List.of(datasets));
  }

  @Test
  void thePacksHoldTheMixAndADatasetThatChangesIsMixedAnew() {
    PrepFixture prep =
        prep("a", "b")
            .evalDatasets(List.of("held"))
            .mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, 3.0, 2.0)
            .sequenceLen(40)
            .packing(Packing.WRAPPED);
    PrepReport first = prep.run();
    assertEquals("ababaababaababaababa" + "held".repeat(4), order(prep.samples(first)));
    assertPacksHoldTheSamples(prep, first);
    assertEquals(21, first.prep().documents());
    int pieces = prep.samples(first).size();
    assertEquals(pieces, first.prep().samples());
    assertTrue(pieces > 24, "some are cut");
    assertTrue(
        pieces < 24 + first.prep().trainPacks() + first.prep().evalPacks(),
        "and only where a pack is full");
    assertEquals(
        List.of(5L, 5L, 0L, 0L, 8L),
        Stream.of("documents", "accepted", "refused", "not_sampled", "mixed_rows")
            .map(counts(first, "b")::get)
            .toList());
    assertEquals(
        List.of(
            "mix: dataset a has 12 rows; at weight 3.0 it gives 12 (1.00 times), 60.0 % of the mix"
                + " (asked: 60.0 %)",
            "mix: dataset b has 5 rows; at weight 2.0 it gives 8 (1.60 times), 40.0 % of the mix"
                + " (asked: 40.0 %)"),
        first.mix());
    PrepReport again = prep.run();
    assertTrue(again.reused());
    assertEquals(first.mix(), again.mix());

    warehouse.append(DocumentRow.class, TestCorpus.texts("b", texts("b", 8)).subList(5, 8));
    PrepReport second = prep.run();
    assertEquals(first.prep().prepId(), second.prep().prepId());
    assertEquals(24, second.encoded(), "all are made anew");
    assertFalse(second.grown());
    assertEquals("ababaababaababaababa" + "held".repeat(4), order(prep.samples(second)));
    assertEquals(24, prep.samples(second).stream().map(SampleRow::recordId).distinct().count());
    assertPacksHoldTheSamples(prep, second);
  }

  /** The dataset at each position. */
  private static String order(List<SampleRow> samples) {
    Map<Long, String> order = new TreeMap<>();
    samples.forEach(sample -> order.put(sample.position(), sample.dataset()));
    return String.join("", order.values());
  }

  private static Map<String, Long> counts(PrepReport report, String dataset) {
    return report.counts().stream()
        .filter(row -> row.dataset().equals(dataset))
        .collect(Collectors.toMap(PrepCountRow::name, PrepCountRow::value));
  }

  /** Every sample is in one pack, named by record and piece, and the tokens there are its own. */
  private static void assertPacksHoldTheSamples(PrepFixture prep, PrepReport report) {
    Map<String, SampleRow> left =
        new HashMap<>(
            prep.samples(report).stream()
                .collect(
                    Collectors.toMap(
                        sample -> sample.recordId() + " " + sample.piece(), Function.identity())));
    Set<String> datasets =
        left.values().stream().map(SampleRow::dataset).collect(Collectors.toSet());
    assertTrue(datasets.size() > 1, datasets::toString);
    for (PackRow pack : prep.packs(report)) {
      for (int d = 0; d < pack.pieces().length; d++) {
        SampleRow sample = left.remove(pack.recordIds().get(d) + " " + pack.pieces()[d]);
        int from = pack.documentStarts()[d];
        assertEquals(pack.split(), sample.split());
        assertArrayEquals(
            sample.inputIds(), Arrays.copyOfRange(pack.inputIds(), from, from + sample.length()));
      }
    }
    assertEquals(Map.of(), left);
  }
}
