package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of exported packs, the files they are in, and what is refused. */
@Tag("spark")
class PackExportTest {
  private static final List<String> NO_NOTICE = List.of();

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static Warehouse warehouse;

  private final List<String> notices = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeAll
  static void createTables() {
    spark = LocalSpark.session(2, Map.of());
    warehouse = Warehouse.open(spark, shared.toString());
    warehouse.create(List.of(PackRow.class, PrepRow.class));
    warehouse.append(PrepRow.class, List.of(prep("p", 2), prep("two", 1)));
    List<Long> ids = new ArrayList<>(LongStream.range(0, 40).boxed().toList());
    Collections.shuffle(ids, new Random(1));
    // Two commits, so that no order of files is the order of the packs.
    warehouse.append(PackRow.class, packs("p", ids.subList(0, 20)));
    List<PackRow> others = new ArrayList<>(packs("p", ids.subList(20, 40)));
    others.add(pack("p", "eval", 0, new float[] {0, 1, 0.5f}, 0));
    others.addAll(packs("two", List.of(1L, 0L)));
    warehouse.append(PackRow.class, others);
  }

  @Test
  void theColumnsOfTheExample() {
    Row row =
        PackExport.rows(
                warehouse.toDataset(
                    PackRow.class,
                    List.of(pack("p", "train", 0, new float[] {0, 1, 1, 0, 1}, 0, 3))),
                List.of(PackColumns.values()))
            .head();
    assertEquals(List.of(7, 8, 9, 10, 11), row.getList(0));
    assertEquals(List.of(-100, 8, 9, -100, 11), row.getList(row.fieldIndex("labels")));
    assertEquals(List.of(0, 1, 2, 0, 1), row.getList(row.fieldIndex("position_ids")));
    assertEquals(List.of(3, 2), row.getList(row.fieldIndex("seq_lengths")));
    assertEquals(List.of(1, 1, 1, 1, 1), row.getList(row.fieldIndex("attention_mask")));
  }

  @Test
  void anHfFolderHasEveryPackInOrder() throws IOException {
    Path out = folder.resolve("hf");

    List<PackExport.Split> splits = export("p", PackExport.Layout.HF, out);

    assertEquals(
        List.of(
            new PackExport.Split("train", 40, 80, 40, 1), new PackExport.Split("test", 1, 3, 2, 1)),
        splits);
    assertEquals(
        List.of(
            "README.md", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet"),
        files(out));
    Dataset<Row> train =
        spark.read().parquet(out.resolve("data/train-00000-of-00001.parquet").toString());
    assertEquals(
        List.of("input_ids", "labels", "position_ids", "seq_lengths"), List.of(train.columns()));
    assertEquals(
        IntStream.range(7, 47).boxed().toList(),
        train.collectAsList().stream().map(row -> row.<Integer>getList(0).get(0)).toList());
    String card = Files.readString(out.resolve("README.md"));
    assertTrue(card.startsWith("---\nconfigs:\n"), card);
    assertTrue(card.contains("  - split: test\n    path: data/test-*.parquet\n---\n"), card);
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(notices.get(0).startsWith("1 eval packs have loss weights other than 0 and 1"));
  }

  @Test
  void parquetFoldersAreSparks() throws IOException {
    Path out = folder.resolve("parquet");
    List<PackExport.Split> splits = export("two", PackExport.Layout.PARQUET, out);
    assertEquals(List.of(new PackExport.Split("train", 2, 4, 2, 1)), splits);
    assertEquals(2, spark.read().parquet(out.resolve("train").toString()).count());
    assertFalse(Files.exists(out.resolve("eval")));
    assertEquals(NO_NOTICE, notices);

    String again =
        assertThrows(HoneException.class, () -> export("two", PackExport.Layout.HF, out))
            .getMessage();
    assertEquals(
        "--out: '%s' is not empty, it has 'train'; name a new or empty folder".formatted(out),
        again);
  }

  @Test
  void whatAnExportLeftThatWasCutOffIsNothing() throws IOException {
    Path out = folder.resolve("again");
    Files.createDirectories(out.resolve("_staging/train"));
    Files.writeString(out.resolve("_staging/train/part-00000.parquet"), "cut off");
    assertEquals(1, export("two", PackExport.Layout.HF, out).get(0).files());
    assertEquals(List.of("README.md", "data/train-00000-of-00001.parquet"), files(out));
  }

  @Test
  void anUnknownPreparationOrColumnIsOneLine() {
    String prep =
        assertThrows(
                HoneException.class,
                () ->
                    PackExport.run(
                        warehouse,
                        "r",
                        PackExport.Layout.HF,
                        folder.resolve("x").toString(),
                        PackColumns.DEFAULT,
                        notices::add))
            .getMessage();
    assertTrue(prep.endsWith("has no finished preparation 'r'; it has p, two"), prep);
    String column =
        assertThrows(HoneException.class, () -> PackColumns.named(List.of("input_ids", "masks")))
            .getMessage();
    assertTrue(column.startsWith("--columns: a pack has no 'masks'; use some of input_ids"));
  }

  @Test
  void shardsAreOfHalfAGigabyte() {
    assertEquals(1, PackExport.shards(0));
    assertEquals(1, PackExport.shards(512L << 20));
    assertEquals(3, PackExport.shards((1L << 30) + 1));
  }

  private List<PackExport.Split> export(String prep, PackExport.Layout layout, Path out) {
    return PackExport.run(
        warehouse, prep, layout, out.toString(), PackColumns.DEFAULT, notices::add);
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  private static PrepRow prep(String id, int order) {
    Optional<String> unknown = Optional.empty();
    Instant at = Instant.EPOCH.plusSeconds(order);
    return new PrepRow(id, "{}", unknown, unknown, 1, 1, 0, 0, 3, 1, 20, 9, 0, 1, at);
  }

  private static List<PackRow> packs(String prep, List<Long> ids) {
    return ids.stream().map(id -> pack(prep, "train", id, new float[] {0, 1}, 0)).toList();
  }

  /** Its tokens count up from 7 + id. */
  private static PackRow pack(String prep, String split, long id, float[] weights, int... starts) {
    int[] tokens = new int[weights.length];
    int trained = 0;
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = 7 + (int) id + i;
      trained += weights[i] > 0 ? 1 : 0;
    }
    return new PackRow(
        prep,
        split,
        id,
        tokens,
        weights,
        starts,
        Arrays.stream(starts).mapToObj(start -> "r" + start).toList(),
        new int[starts.length],
        Optional.empty(),
        tokens.length,
        trained,
        1);
  }
}
