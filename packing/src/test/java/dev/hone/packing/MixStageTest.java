package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.packing.quality.QualitySpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mixes of samples that no tokenizer made: what is taken, how often, and where it goes. */
@Tag("spark")
class MixStageTest {
  private static final PackWindow WINDOW = new PackWindow(16, 1 << 20);
  private static final int SEQUENCE_LEN = 100;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.session(2, Map.of());
  }

  /** A sample as it comes out of encoding. */
  private record Encoded(String dataset, int document, int piece, int length, String split) {
    Row row(long position) {
      Random random = new Random(position);
      int[] ids = random.ints(length, 0, 250).toArray();
      float[] weights = new float[length];
      Arrays.fill(weights, 1, length, 1);
      Fitted fitted =
          new Fitted(
              Collections.nCopies(piece + 1, new Sample(ids, weights, 0)),
              Optional.empty(),
              new Fitted.Loss(piece == 0 ? 7 : 0, 0, 0, 0));
      String id = dataset + document;
      return EncodedRows.sample(
          new EncodedRows.Place(id, dataset, "file", "v1", document, position, split, null),
          new SampleMaker.Made(length, fitted),
          piece);
    }
  }

  /** Documents of a dataset, each a sample of 2 to 60 tokens. */
  private static List<Encoded> documents(String dataset, int number, String split) {
    Random random = new Random(dataset.hashCode());
    return IntStream.range(0, number)
        .mapToObj(i -> new Encoded(dataset, i, 0, 2 + random.nextInt(59), split))
        .toList();
  }

  private static List<Encoded> all(List<List<Encoded>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static List<Encoded> abc() {
    return all(
        List.of(
            documents("a", 60, "train"), documents("b", 24, "train"), documents("c", 5, "train")));
  }

  private static Mix mix(MixStrategy strategy, Mix.Measure measure, long seed, Double... weights) {
    return new Mix(strategy, measure, List.of(weights), seed);
  }

  /** Rows of a mix in position order, and what was counted. */
  private record Result(List<Row> rows, PrepCounts counts) {
    String order() {
      return rows.stream().map(row -> row.<String>getAs("dataset")).collect(Collectors.joining());
    }

    List<String> ids() {
      return rows.stream().map(EncodedRows::recordId).toList();
    }
  }

  private static Result run(List<Encoded> samples, Mix mix, Packing packing, int partitions) {
    List<PrepDataset> datasets =
        samples.stream()
            .map(Encoded::dataset)
            .distinct()
            .map(
                name ->
                    new PrepDataset(
                        name,
                        TemplateChoice.of("chatml"),
                        MaskRules.defaults(),
                        packing.excessLength()))
            .toList();
    List<PrepDataset> trained = datasets.subList(0, mix.weights().size());
    PrepSpec spec =
        new PrepSpec(
            trained,
            datasets.subList(trained.size(), datasets.size()),
            Path.of("tokenizer"),
            SEQUENCE_LEN,
            packing,
            true,
            2,
            0,
            false,
            Set.of(),
            QualitySpec.NONE,
            Optional.of(mix));
    List<Row> rows = new ArrayList<>();
    long position = -1;
    for (Encoded sample : samples) {
      position += sample.piece() == 0 ? 1 : 0;
      rows.add(sample.row(position));
    }
    try (Kept kept = new Kept()) {
      MixStage.Mixed mixed =
          new MixStage(spec, WINDOW, kept)
              .mix(
                  spark.createDataFrame(rows, EncodedRows.SCHEMA).repartition(partitions),
                  position + 1,
                  size -> partitions);
      return new Result(mixed.rows().orderBy("position", "piece").collectAsList(), mixed.counts());
    }
  }

  private static Result run(List<Encoded> samples, Mix mix) {
    return run(samples, mix, Packing.BFD, 2);
  }

  @Test
  void datasetsInterleaveByTheirPlacesWhateverTheTasks() {
    Mix mix = mix(MixStrategy.INTERLEAVE_UNDER, Mix.Measure.ROWS, 42, 4.0, 2.0, 1.0);
    Result result = run(abc(), mix);
    assertEquals(order(20, 10, 5), result.order());
    assertTrue(result.order().startsWith("abacaba"), result.order());
    assertEquals(
        IntStream.range(0, 35).boxed().map(Long::valueOf).toList(),
        result.rows().stream().map(EncodedRows::position).toList());
    assertEquals(35, new HashSet<>(result.ids()).size(), "nothing is repeated");
    assertEquals(result.ids(), run(abc(), mix, Packing.BFD, 7).ids());
    Result other = run(abc(), mix(mix.strategy(), mix.measure(), 7, 4.0, 2.0, 1.0));
    assertEquals(result.order(), other.order());
    assertNotEquals(result.ids(), other.ids(), "another seed takes others");
    assertEquals(40, result.counts().of("a", PrepCounts.NOT_SAMPLED));
    assertEquals(60, result.counts().of("a", PrepCounts.MIX_ROWS));
    assertEquals(20, result.counts().of("a", PrepCounts.MIXED_ROWS));
  }

  @Test
  void copiesFollowEachOtherAndAreNamedByTheirPieces() {
    Result result =
        run(abc(), mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, 42, 0.6, 0.3, 0.12));
    assertEquals(order(60, 30, 12), result.order());
    assertEquals(
        102,
        result.rows().stream()
            .map(row -> EncodedRows.recordId(row) + " " + EncodedRows.piece(row))
            .distinct()
            .count());
    List<String> c = result.ids().stream().filter(id -> id.startsWith("c")).toList();
    assertEquals(List.of("c0", "c1", "c2", "c3", "c4"), c.subList(0, 5));
    assertEquals(c.subList(0, 5), c.subList(5, 10));
    assertEquals(2, new HashSet<>(c.subList(10, 12)).size());
    assertEquals(12, result.counts().of("c", PrepCounts.MIXED_ROWS));
    assertEquals(0, result.counts().of("c", PrepCounts.NOT_SAMPLED));
  }

  @Tag("slow")
  @Test
  void tokensAreMixedByWholeDocuments() {
    for (MixStrategy strategy : MixStrategy.values()) {
      Result result = run(abc(), mix(strategy, Mix.Measure.TOKENS, 42, 1.0, 1.0, 1.0));
      String used = strategy == MixStrategy.INTERLEAVE_UNDER ? "c" : "a";
      long asked = result.counts().of(used, PrepCounts.MIX_TOKENS);
      for (String dataset : List.of("a", "b", "c")) {
        List<Row> mine =
            result.rows().stream().filter(row -> row.getAs("dataset").equals(dataset)).toList();
        long given = mine.stream().mapToLong(EncodedRows::length).sum();
        assertTrue(Math.abs(given - asked) <= 30, dataset + ": " + given + " of " + asked);
        assertEquals(given, result.counts().of(dataset, PrepCounts.MIXED_TOKENS));
        long firstHalf =
            mine.stream()
                .filter(row -> EncodedRows.position(row) < result.rows().size() / 2)
                .count();
        assertTrue(firstHalf > 0 && firstHalf < mine.size(), dataset + " is in both halves");
      }
      assertEquals(asked, result.counts().of(used, PrepCounts.MIXED_TOKENS));
    }
  }

  @Test
  void piecesOfACopyStayTogetherAndAreNumberedOn() {
    List<Encoded> cut =
        List.of(
            new Encoded("long", 0, 0, 100, "train"),
            new Encoded("long", 0, 1, 90, "train"),
            new Encoded("long", 1, 0, 50, "train"));
    Result result =
        run(
            all(List.of(documents("a", 12, "train"), cut)),
            mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, 42, 2.0, 1.0));
    List<String> pieces =
        result.rows().stream()
            .filter(row -> row.getAs("dataset").equals("long"))
            .map(row -> EncodedRows.recordId(row) + " " + EncodedRows.piece(row))
            .toList();
    assertEquals(
        List.of(
            "long0 0", "long0 1", "long1 0", "long0 2", "long0 3", "long1 1", "long0 4", "long0 5",
            "long1 2"),
        pieces);
    assertEquals(3 * 240, result.counts().of("long", PrepCounts.MIXED_TOKENS));
  }

  @Test
  void wrappedCutsEveryCopyWhereItsPackIsFull() {
    Result result =
        run(
            all(
                List.of(
                    documents("a", 10, "train"), List.of(new Encoded("long", 0, 0, 730, "train")))),
            mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, 42, 2.0, 1.0),
            Packing.WRAPPED,
            2);
    List<Row> pieces =
        result.rows().stream().filter(row -> row.getAs("dataset").equals("long")).toList();
    assertEquals(
        5 * (730 + 7),
        pieces.stream()
            .mapToInt(row -> EncodedRows.length(row) + row.<Integer>getAs("dropped_tokens"))
            .sum());
    assertEquals(
        pieces.size(), pieces.stream().map(EncodedRows::piece).distinct().count(), "all differ");
    assertEquals(0, EncodedRows.piece(pieces.get(0)));
    assertTrue(pieces.size() >= 5 * 8, "each was cut");
  }

  @Test
  void whatIsHeldOutKeepsItsOrderAndItsWindowsBehindTheMix() {
    List<Encoded> samples = all(List.of(documents("a", 40, "train"), documents("e", 40, "eval")));
    for (double weight : new double[] {1, 3}) {
      Result result = run(samples, mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, 42, weight));
      List<Row> held =
          result.rows().stream().filter(row -> EncodedRows.split(row).equals("eval")).toList();
      assertEquals(
          IntStream.range(0, 40).mapToObj(i -> "e" + i).toList(),
          held.stream().map(EncodedRows::recordId).toList());
      assertEquals(48 + 40, EncodedRows.position(held.get(0)), "40 rows end in the third window");
      assertTrue(held.stream().allMatch(row -> EncodedRows.piece(row) == 0));
    }
  }

  /** Datasets by the places of so many rows each. */
  private static String order(int... sizes) {
    Map<Double, String> order = new TreeMap<>();
    for (int d = 0; d < sizes.length; d++) {
      for (int k = 0; k < sizes[d]; k++) {
        order.merge((k + 0.5) / sizes[d], "" + "abc".charAt(d), String::concat);
      }
    }
    return String.join("", order.values());
  }
}
