package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The strategies that cut, down to packs and counts. */
@Tag("spark")
class PrepPackingTest {
  private static final int SEQUENCE_LEN = 16;

  /** Texts whose tokens are their letters and an end token: 28, 6, 45, 17 and 3 of them. */
  private static final String[] BOOKS = {
    "a".repeat(27), "bcdef", "g".repeat(44), "h".repeat(16), "ij"
  };

  private static final String CHAT =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}";

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  @BeforeAll
  static void openWarehouse() {
    warehouse = PrepFixture.warehouse(directory, TestCorpus.texts("books", BOOKS));
    warehouse.append(
        DocumentRow.class,
        TestCorpus.documents(
            "chats",
            "chats.jsonl",
            "chat_template",
            List.of(CHAT.formatted("1", "one"), CHAT.formatted("2", "two".repeat(9)))));
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
  }

  private static PrepFixture prep(Packing packing) {
    return new PrepFixture(warehouse, tokenizer)
        .datasets(List.of("books"))
        .sequenceLen(SEQUENCE_LEN)
        .packing(packing);
  }

  @Tag("slow")
  @Test
  void wrappedFillsPacksAndEveryTokenLeadsToItsRecord() {
    PrepFixture prep = prep(Packing.WRAPPED);
    PrepReport report = prep.run();
    assertEquals(
        List.of("a16", "a12 b4", "f2 g14", "g16", "g15", "h16", "i3"), packs(prep, report));
    assertEquals(
        List.of("a0 16", "a1 12", "b0 4", "f1 2", "g0 14", "g1 16", "g2 15", "h0 16", "i0 3"),
        prep.samples(report).stream()
            .map(s -> (char) s.inputIds()[0] + "" + s.piece() + " " + s.length())
            .toList());
    assertEveryPackIsItsSamples(prep, report);
    Map<String, Long> expected =
        Map.of(
            "documents", 5L,
            "accepted", 5L,
            "samples", 9L,
            "tokens", 98L,
            "dropped_tokens", 1L, // the end token of h, alone in its piece
            "dropped_pieces", 1L,
            "wrapped_documents", 4L,
            "wrapped_samples", 8L,
            "unpredicted_tokens", 5L,
            "trained_tokens", 99L - 5 - 5); // a text has a target for each token but its first
    Map<String, Long> counts =
        report.counts().stream().collect(Collectors.toMap(PrepCountRow::name, PrepCountRow::value));
    expected.forEach((name, value) -> assertEquals(value, counts.get(name), name));
    assertEquals(
        List.of(
            "dataset books: 4 documents cut at the end of a pack into 8 samples, 1 pieces without"
                + " a trained token left out, 5 tokens first in a piece and so not trained, 1 tokens"
                + " dropped, with those of refused documents"),
        report.effects());
    assertTrue(prep.run().reused());
  }

  @Tag("slow")
  @Test
  void wrappedStaysInItsWindowAndGrows() {
    // Two documents a window, so that the third begins a pack; the fifth is added.
    Dataset<Row> documents = warehouse.read(DocumentRow.class);
    List<DocumentRow> last =
        Rows.of(DocumentRow.class).collect(documents.where("dataset = 'books' AND ordinal = 4"));
    warehouse.deltaTable(DocumentRow.class).delete("dataset = 'books' AND ordinal = 4");
    PrepFixture prep = prep(Packing.WRAPPED).window(2);
    PrepReport report = prep.run();
    List<String> before = List.of("a16", "a12 b4", "f2", "g16", "g16", "g13 h3", "h14");
    assertEquals(before, packs(prep, report));
    warehouse.append(DocumentRow.class, last);
    PrepReport grown = prep.run();
    assertEquals(1, grown.encoded());
    assertEquals(report.prep().prepId(), grown.prep().prepId());
    assertEquals(Stream.concat(before.stream(), Stream.of("i3")).toList(), packs(prep, grown));
    assertEveryPackIsItsSamples(prep, grown);
    assertEquals(packs(prep, grown), packs(prep, prep.partitions(3).run()));
  }

  /** Of 25 and 49 tokens of chats the first 16 are a question; the rest begins in "assistant". */
  @Test
  void bfdSplitCutsWhatIsTooLongByTokens() {
    PrepFixture prep = prep(Packing.BFD_SPLIT).datasets(List.of("chats", "books"));
    PrepReport report = prep.run();
    assertEquals(
        List.of("a9 b6", "a16", "t15", "a16", "a12 h2", "g16", "g16", "g13 i3", "h15"),
        packs(prep, report));
    assertEquals(0, report.prep().quarantined());
    assertEquals(
        List.of("chats 2", "books 3"),
        report.counts().stream()
            .filter(count -> count.name().equals("split_documents"))
            .map(count -> count.dataset() + " " + count.value())
            .toList());
    assertEveryPackIsItsSamples(prep, report);
  }

  /** Each pack as its parts, each with its first letter and its tokens. */
  private static List<String> packs(PrepFixture prep, PrepReport report) {
    return prep.packs(report).stream()
        .map(
            pack ->
                IntStream.range(0, pack.documentStarts().length)
                    .mapToObj(d -> shown(pack, d))
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static String shown(PackRow pack, int d) {
    int[] ids = part(pack, d);
    return (char) ids[0] + "" + ids.length;
  }

  private static int[] part(PackRow pack, int d) {
    int[] starts = pack.documentStarts();
    return Arrays.copyOfRange(
        pack.inputIds(), starts[d], d + 1 < starts.length ? starts[d + 1] : pack.length());
  }

  /** A part of a pack is the sample that it names, and no sample is in two places or in none. */
  private static void assertEveryPackIsItsSamples(PrepFixture prep, PrepReport report) {
    Map<String, SampleRow> samples =
        prep.samples(report).stream()
            .collect(Collectors.toMap(s -> s.recordId() + " " + s.piece(), s -> s));
    for (PackRow pack : prep.packs(report)) {
      for (int d = 0; d < pack.pieces().length; d++) {
        SampleRow sample = samples.remove(pack.recordIds().get(d) + " " + pack.pieces()[d]);
        assertArrayEquals(sample.inputIds(), part(pack, d));
        assertEquals(0, pack.lossWeights()[pack.documentStarts()[d]]);
      }
    }
    assertEquals(Map.of(), samples);
  }
}
