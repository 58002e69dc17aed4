package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers to learn from by comparison, down to packs. */
@Tag("spark")
class PrepPairsTest {
  @TempDir private Path directory;

  @Test
  void bothAnswersOfAPairStayInOnePack() {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(
          pair("q" + i + "?", "yes".repeat(1 + i % 5), "no".repeat(1 + i % 7), margin(i)));
    }
    documents.add(Completion.of("no pair"));
    documents.add(pair("q?", "x".repeat(100), "y"));
    Warehouse warehouse =
        PrepFixture.warehouse(directory, TestCorpus.documents("pairs", documents));
    PrepFixture prep =
        new PrepFixture(warehouse, ByteTokenizer.write(directory.resolve("tokenizer")))
            .datasets(List.of("pairs"))
            .sequenceLen(40)
            .window(16)
            .packing(Packing.PAIRS);

    PrepReport report = prep.run();

    assertEquals(80, report.prep().samples());
    assertEquals(
        List.of("not_a_pair", "too_long"),
        prep.quarantine(report).stream().map(row -> row.reason()).sorted().toList());
    List<SampleRow> samples = prep.samples(report);
    assertEquals(
        40, samples.stream().filter(s -> s.answer().equals(Optional.of("chosen"))).count());
    List<PackRow> packs = prep.packs(report);
    assertTrue(packs.size() < 20, () -> packs.size() + " packs for 40 pairs");
    for (PackRow pack : packs) {
      List<String> answers = pack.answers().orElseThrow();
      assertTrue(pack.length() <= 80, () -> "two samples of 40 tokens: " + pack.length());
      for (int i = 0; i < answers.size(); i += 2) {
        assertEquals(List.of("chosen", "rejected"), answers.subList(i, i + 2));
        assertEquals(pack.recordIds().get(i), pack.recordIds().get(i + 1));
        assertArrayEquals(new int[] {0, 1}, new int[] {pack.pieces()[i], pack.pieces()[i + 1]});
        double margin = margin(samples, pack.recordIds().get(i)).orElse(0.0);
        List<Double> margins = pack.margins().orElse(Collections.nCopies(answers.size(), 0.0));
        assertEquals(List.of(margin, margin), margins.subList(i, i + 2));
      }
    }
    assertEquals(
        20, samples.stream().filter(s -> s.margin().isPresent()).count(), "both answers of ten");
    assertEquals(
        18.0, samples.stream().mapToDouble(s -> s.margin().orElse(0.0)).max().orElseThrow());
    SampleRow chosen = first(samples, "chosen");
    assertEquals(
        "yes".length() + 1, chosen.trainedTokens(), "the answer and its end, not the question");

    PrepReport alone = prep.packing(Packing.PAIR).run();
    assertEquals(40, prep.packs(alone).size());
    assertTrue(!alone.prep().prepId().equals(report.prep().prepId()));
  }

  @Test
  void labelledAnswersSharePacks() {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(
          new Unpaired(Completion.of("q" + i + "?", "yes".repeat(1 + i % 5)), i % 3 == 0));
    }
    documents.add(Completion.of("no label"));
    documents.add(pair("q?", "x", "y"));
    documents.add(new Unpaired(Completion.of("q?", "x".repeat(100)), true));
    Warehouse warehouse =
        PrepFixture.warehouse(directory, TestCorpus.documents("labelled", documents));
    PrepFixture prep =
        new PrepFixture(warehouse, ByteTokenizer.write(directory.resolve("tokenizer")))
            .datasets(List.of("labelled"))
            .sequenceLen(40)
            .window(16)
            .packing(Packing.ANSWERS);

    PrepReport report = prep.run();

    assertEquals(
        List.of("not_labelled", "not_labelled", "too_long"),
        prep.quarantine(report).stream().map(row -> row.reason()).sorted().toList());
    List<SampleRow> samples = prep.samples(report);
    assertEquals(40, samples.size());
    assertEquals("yes".length() + 1, first(samples, "desirable").trainedTokens());
    List<PackRow> packs = prep.packs(report);
    assertTrue(packs.size() < 25, () -> packs.size() + " packs for 40 answers");
    List<String> labels = new ArrayList<>();
    for (PackRow pack : packs) {
      assertTrue(pack.length() <= 40, () -> "sequence_len is 40: " + pack.length());
      for (int i = 0; i < pack.recordIds().size(); i++) {
        String id = pack.recordIds().get(i);
        Optional<String> label =
            samples.stream()
                .filter(s -> s.recordId().equals(id))
                .findFirst()
                .orElseThrow()
                .answer();
        labels.add(pack.answers().orElseThrow().get(i));
        assertEquals(label, Optional.of(labels.get(labels.size() - 1)));
      }
    }
    assertEquals(14, labels.stream().filter("desirable"::equals).count());
    assertEquals(26, labels.stream().filter("undesirable"::equals).count());

    PrepReport cut = prep.packing(Packing.ANSWER).excessLength(ExcessLength.TRUNCATE).run();
    assertEquals(41, prep.packs(cut).size());
    assertTrue(prep.packs(cut).stream().anyMatch(pack -> pack.length() == 40));
  }

  private static SampleRow first(List<SampleRow> samples, String answer) {
    return samples.stream()
        .filter(sample -> sample.answer().equals(Optional.of(answer)))
        .min(Comparator.comparingLong(SampleRow::position))
        .orElseThrow();
  }

  /** Every fourth pair has one. */
  private static OptionalDouble margin(int i) {
    return i % 4 == 0 ? OptionalDouble.of(i / 2.0) : OptionalDouble.empty();
  }

  private static Optional<Double> margin(List<SampleRow> samples, String recordId) {
    return samples.stream()
        .filter(sample -> sample.recordId().equals(recordId))
        .findFirst()
        .orElseThrow()
        .margin();
  }

  private static Document pair(String prompt, String chosen, String rejected) {
    return pair(prompt, chosen, rejected, OptionalDouble.empty());
  }

  private static Document pair(
      String prompt, String chosen, String rejected, OptionalDouble margin) {
    return new Preference(Completion.of(prompt, chosen), Completion.of(prompt, rejected), margin);
  }
}
