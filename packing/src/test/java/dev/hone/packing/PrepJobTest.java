package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into packs, and that it goes there once. */
@Tag("spark")
class PrepJobTest {
  private static final List<DocumentRow> CORPUS = TestCorpus.inFiveFormats(30);

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  @BeforeAll
  static void loadDocuments() {
    warehouse = PrepFixture.warehouse(directory, CORPUS);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  private static PrepFixture prep() {
    return new PrepFixture(warehouse, tokenizer);
  }

  /** As if the driver had died before its last write. */
  private static void forget(PrepReport report) {
    warehouse
        .deltaTable(PrepRow.class)
        .delete(functions.col("prep_id").equalTo(report.prep().prepId()));
  }

  @Test
  void everySampleOfFiveFormatsIsInOnePackWithItsTokensAndWeights() {
    PrepFixture prep = prep().datasets(TestCorpus.TYPES).valSetSize(0.2);
    PrepReport report = prep.run();

    List<SampleRow> samples = prep.samples(report);
    assertEquals(CORPUS.size(), report.prep().documents());
    assertEquals(CORPUS.size(), samples.size() + report.prep().quarantined());
    assertEquals(samples.size(), report.prep().samples());
    assertEquals(
        TestCorpus.TYPES,
        samples.stream().map(SampleRow::dataset).distinct().toList(),
        "every format gives samples, in the order of the configuration");
    assertEquals(samples.size(), samples.stream().map(SampleRow::position).distinct().count());

    Map<String, SampleRow> left =
        new HashMap<>(samples.stream().collect(Collectors.toMap(SampleRow::recordId, s -> s)));
    List<PackRow> packs = prep.packs(report);
    double weights = 0;
    for (PackRow pack : packs) {
      for (int d = 0; d < pack.documentStarts().length; d++) {
        SampleRow sample = left.remove(pack.recordIds().get(d));
        int start = pack.documentStarts()[d];
        int end =
            d + 1 < pack.documentStarts().length ? pack.documentStarts()[d + 1] : pack.length();
        assertEquals(sample.split(), pack.split());
        assertEquals(0, pack.lossWeights()[start]);
        assertArrayEquals(sample.inputIds(), Arrays.copyOfRange(pack.inputIds(), start, end));
        assertArrayEquals(sample.lossWeights(), Arrays.copyOfRange(pack.lossWeights(), start, end));
      }
      weights += sum(pack.lossWeights());
    }
    assertTrue(left.isEmpty(), "every sample is in a pack");
    double sampled = samples.stream().mapToDouble(s -> sum(s.lossWeights())).sum();
    assertEquals(sampled, weights);
    assertEquals(sampled, (double) report.prep().trainedTokens());
    assertTrue(report.prep().fill() > 0.8, "fill " + report.prep().fill());
    for (String split : List.of("train", "eval")) {
      List<Long> ids =
          packs.stream().filter(p -> p.split().equals(split)).map(PackRow::packId).toList();
      assertTrue(ids.size() > 1, split);
      assertEquals(
          LongStream.range(0, ids.size()).boxed().toList(), ids.stream().sorted().toList(), split);
    }
  }

  // 25 s; the default build has 35 minutes.
  @Tag("slow")
  @Test
  void theResultIsTheSameWhateverTheNumberOfPartitions() {
    Set<List<String>> results = new HashSet<>();
    for (int partitions : new int[] {1, 7}) {
      PrepFixture prep =
          prep().datasets(TestCorpus.TYPES).valSetSize(0.2).window(40).partitions(partitions);
      prep.spark().conf().set("spark.sql.shuffle.partitions", String.valueOf(partitions));
      PrepReport report = prep.run();
      prep.spark().conf().set("spark.sql.shuffle.partitions", "2");
      assertFalse(report.reused());
      results.add(
          prep.packs(report).stream()
              .map(p -> "%s %s %d %s".formatted(p.prepId(), p.split(), p.packId(), p.recordIds()))
              .toList());
      forget(report);
    }
    assertEquals(1, results.size());
    assertTrue(results.iterator().next().size() > 4, "more packs than windows");
  }

  @Test
  void aFinishedPreparationIsReusedAndAnotherLengthStandsBesideIt() {
    PrepFixture prep = prep().datasets(TestCorpus.TYPES).sequenceLen(500);
    PrepReport first = prep.run();
    long version = warehouse.version(PackRow.class);

    PrepReport again = prep.run();
    assertFalse(first.reused());
    assertTrue(again.reused());
    assertEquals(first.prep(), again.prep());
    assertEquals(first.refused(), again.refused());
    assertEquals(version, warehouse.version(PackRow.class), "nothing was written");

    PrepReport longer = prep.sequenceLen(600).run();
    assertNotEquals(first.prep().prepId(), longer.prep().prepId());
    assertEquals(first.prep().trainPacks(), prep.packs(first).size());
    assertEquals(longer.prep().trainPacks(), prep.packs(longer).size());
  }

  @Tag("slow")
  @Test
  void whatAnAttemptThatWasCutOffHasLeftIsReplaced() {
    PrepFixture prep = prep().datasets(TestCorpus.TYPES).sequenceLen(700);
    PrepReport complete = prep.run();
    List<PackRow> packs = prep.packs(complete);
    forget(complete);
    warehouse
        .deltaTable(PackRow.class)
        .delete(
            functions.expr("pack_id > 1 AND prep_id = '%s'".formatted(complete.prep().prepId())));

    PrepReport repeated = prep.run();
    assertFalse(repeated.reused());
    assertEquals(
        packs.stream().map(PackRow::recordIds).toList(),
        prep.packs(repeated).stream().map(PackRow::recordIds).toList());
    assertEquals(complete.prep().samples(), prep.samples(repeated).size());
    assertEquals(complete.refused(), repeated.refused());
  }

  @Test
  void withoutPackingPackIIsSampleIOfTheConfiguration() {
    PrepFixture prep =
        prep().datasets(List.of("completion", "alpaca")).window(7).packing(Packing.NONE);
    PrepReport report = prep.run();
    List<String> inOrder = new ArrayList<>();
    for (String dataset : List.of("completion", "alpaca")) {
      CORPUS.stream()
          .filter(d -> d.dataset().equals(dataset))
          .sorted(Comparator.comparing(DocumentRow::source).thenComparing(DocumentRow::ordinal))
          .map(DocumentRow::recordId)
          .forEach(inOrder::add);
    }
    inOrder.retainAll(prep.samples(report).stream().map(SampleRow::recordId).toList());
    assertTrue(inOrder.size() > 30, "not all were refused");
    assertEquals(
        inOrder.stream().map(List::of).toList(),
        prep.packs(report).stream().map(PackRow::recordIds).toList());
  }

  @Test
  void inFileOrderPacksFollowTheFile() {
    PrepFixture prep = prep().datasets(TestCorpus.TYPES).fileOrder(true);
    PrepReport report = prep.run();
    assertEquals(
        prep.samples(report).stream().map(SampleRow::recordId).toList(),
        prep.packs(report).stream().flatMap(p -> p.recordIds().stream()).toList());
    assertTrue(report.prep().trainPacks() < report.prep().samples() / 2, "samples share packs");
  }

  private static double sum(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }
}
