package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code num_samples}, down to packs and counts. */
@Tag("spark")
@Tag("slow")
class PrepSamplingTest {
  @TempDir private Path directory;

  @Test
  void atMostSoManyDocumentsAreChosenAndALargerDatasetKeepsMostOfThem() {
    // Text 9 is there twice; the second is refused as a duplicate and does not count.
    List<DocumentRow> some = texts("some", 41);
    List<DocumentRow> early = some.subList(0, 31);
    Warehouse warehouse = PrepFixture.warehouse(directory, texts("all", 5));
    warehouse.append(DocumentRow.class, early);
    PrepFixture prep =
        new PrepFixture(warehouse, ByteTokenizer.write(directory.resolve("tokenizer")))
            .datasets(List.of("all", "some"))
            .valSetSize(0.3)
            .dedup(true)
            .sample("all", 100, 1)
            .sample("some", 12, 1);

    PrepReport first = prep.run();
    Map<String, String> sides = sides(prep, first);
    assertEquals(17, first.encoded() - 1, "but for the duplicate");
    assertEquals(17, sides.size());
    assertEquals(1, prep.quarantine(first).size());
    assertEquals("duplicate", prep.quarantine(first).get(0).reason());
    assertEquals(36, first.prep().documents());
    Map<String, Long> counts = counts(first, "some");
    assertEquals(18, counts.get("not_sampled"));
    assertEquals(12, counts.get("accepted"));
    assertEquals(1, counts.get("refused"));
    assertEquals(31, counts.get("documents"));
    assertEquals(null, counts(first, "all").get("not_sampled"));
    assertTrue(
        first
            .effects()
            .get(0)
            .startsWith("dataset some: 18 documents left out by num_samples or weight"),
        first.effects()::toString);
    assertFalse(first.grown());
    assertTrue(prep.run().reused());

    warehouse.append(DocumentRow.class, some.subList(31, 41));
    PrepReport grown = prep.run();
    assertEquals(first.prep().prepId(), grown.prep().prepId());
    assertEquals(28, counts(grown, "some").get("not_sampled"));
    Map<String, String> now = sides(prep, grown);
    assertEquals(17, now.size());
    Set<String> lost = new HashSet<>(sides.keySet());
    lost.removeAll(now.keySet());
    Set<String> come = new HashSet<>(now.keySet());
    come.removeAll(sides.keySet());
    Set<String> added =
        some.subList(31, 41).stream().map(DocumentRow::recordId).collect(Collectors.toSet());
    assertTrue(added.containsAll(come), "only new documents take the place of old ones");
    assertTrue(lost.size() < 10, lost::toString);
    now.forEach((id, side) -> assertEquals(sides.getOrDefault(id, side), side));
  }

  private static List<DocumentRow> texts(String dataset, int number) {
    return TestCorpus.texts(
        dataset,
        IntStream.range(0, number)
            .mapToObj(i -> dataset + " text " + (i == 30 ? 9 : i))
            .toArray(String[]::new));
  }

  private static Map<String, String> sides(PrepFixture prep, PrepReport report) {
    return prep.samples(report).stream()
        .collect(Collectors.toMap(SampleRow::recordId, SampleRow::split));
  }

  private static Map<String, Long> counts(PrepReport report, String dataset) {
    return report.counts().stream()
        .filter(count -> count.dataset().equals(dataset))
        .collect(Collectors.toMap(PrepCountRow::name, PrepCountRow::value));
  }
}
