package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A strategy for each dataset, in one preparation, down to packs and counts. */
@Tag("spark")
class PrepLengthTest {
  private static final int SEQUENCE_LEN = 40;
  private static final String CHAT =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"1\"}, {\"role\": \"assistant\", \"content\": \"one\"},"
          + " {\"role\": \"user\", \"content\": \"2\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}";

  @TempDir private Path directory;

  @Test
  void eachDatasetHasItsOwnStrategyAndNothingIsLost() {
    List<DocumentRow> documents = new ArrayList<>();
    String book = "abcdefghijklmnopqrstuvwxyz".repeat(5);
    documents.addAll(TestCorpus.texts("books", book, "a short book"));
    documents.addAll(TestCorpus.texts("cut", "0123456789".repeat(7), "short"));
    documents.addAll(TestCorpus.texts("dropped", "0123456789".repeat(7), "shorter"));
    for (String chats : List.of("chats", "recent")) {
      documents.addAll(
          TestCorpus.documents(
              chats,
              chats + ".jsonl",
              "chat_template",
              List.of(CHAT.formatted("two"), CHAT.formatted("far too long".repeat(9)))));
    }
    Warehouse warehouse = PrepFixture.warehouse(directory, documents);
    PrepFixture prep =
        new PrepFixture(warehouse, ByteTokenizer.write(directory.resolve("tokenizer")))
            .datasets(List.of("books", "cut", "dropped", "chats", "recent"))
            .excessLength("books", ExcessLength.SPLIT)
            .excessLength("cut", ExcessLength.TRUNCATE)
            .excessLength("chats", ExcessLength.SPLIT)
            .excessLength("recent", ExcessLength.KEEP_LAST_TURNS)
            .sequenceLen(SEQUENCE_LEN);
    PrepReport report = prep.run();

    List<SampleRow> samples = prep.samples(report);
    assertEquals(
        List.of(
            "books 0 40",
            "books 1 40",
            "books 2 40",
            "books 3 11",
            "books 0 13",
            "cut 0 40",
            "cut 0 6",
            "dropped 0 8",
            "chats 0 25",
            "chats 1 25",
            "recent 0 25"),
        samples.stream().map(s -> s.dataset() + " " + s.piece() + " " + s.length()).toList());
    assertArrayEquals(
        (book.substring(120) + (char) ByteTokenizer.IM_END).chars().toArray(),
        samples.get(3).inputIds());
    assertEquals(
        List.of("chats 1 too_long", "dropped 0 too_long", "recent 1 too_long"),
        prep.quarantine(report).stream()
            .map(row -> row.dataset() + " " + row.ordinal() + " " + row.reason())
            .toList());

    Set<String> documentsOut = new HashSet<>();
    samples.forEach(sample -> documentsOut.add(sample.recordId()));
    prep.quarantine(report).stream().map(QuarantineRow::recordId).forEach(documentsOut::add);
    assertEquals(documents.size(), documentsOut.size());
    assertEveryPieceIsInOnePack(samples, prep.packs(report));
    assertCounts(report);
    assertEquals(report.counts(), prep.run().counts(), "they are in the table");
  }

  private static void assertCounts(PrepReport report) {
    Map<String, Long> counts = new HashMap<>();
    for (PrepCountRow row : report.counts()) {
      counts.put(row.dataset() + " " + row.name(), row.value());
    }
    Map<String, Long> expected =
        Map.ofEntries(
            Map.entry("books documents", 2L),
            Map.entry("books samples", 5L),
            Map.entry("books split_documents", 1L),
            Map.entry("books split_samples", 4L),
            Map.entry("books unpredicted_tokens", 3L),
            Map.entry("books dropped_tokens", 0L),
            Map.entry("cut truncated_documents", 1L),
            Map.entry("cut dropped_tokens", 31L),
            Map.entry("dropped accepted", 1L),
            Map.entry("dropped refused", 1L),
            Map.entry("dropped dropped_tokens", 71L),
            Map.entry("chats split_samples", 2L),
            Map.entry("recent shortened_documents", 1L),
            Map.entry("recent dropped_turns", 2L));
    expected.forEach((name, value) -> assertEquals(value, counts.get(name), name));
    assertEquals(
        List.of(
            "dataset books: 1 documents split into 4 samples, 3 tokens first in a piece and so not trained",
            "dataset cut: 1 documents truncated, 31 tokens dropped, with those of refused documents"),
        report.effects().subList(0, 2));
    assertEquals(10, report.prep().documents());
    assertEquals(11, report.prep().samples());
    assertEquals(1, report.prep().truncated());
  }

  private static void assertEveryPieceIsInOnePack(List<SampleRow> samples, List<PackRow> packs) {
    Map<String, SampleRow> left = new HashMap<>();
    samples.forEach(sample -> left.put(sample.recordId() + " " + sample.piece(), sample));
    assertEquals(samples.size(), left.size());
    for (PackRow pack : packs) {
      assertTrue(pack.length() <= SEQUENCE_LEN);
      for (int d = 0; d < pack.pieces().length; d++) {
        SampleRow sample = left.remove(pack.recordIds().get(d) + " " + pack.pieces()[d]);
        int start = pack.documentStarts()[d];
        assertArrayEquals(
            sample.inputIds(), Arrays.copyOfRange(pack.inputIds(), start, start + sample.length()));
      }
    }
    assertTrue(left.isEmpty());
  }
}
