package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SharedTokenizer.Engine;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.packing.quality.QualitySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PreviewTest {
  @TempDir private Path directory;

  @Test
  void showsTheFirstSamplesOfEachDatasetAndWhatWasRefusedOnTheWay() {
    List<DocumentRow> documents = new ArrayList<>(TestCorpus.texts("a", "", "hi", "there", "you"));
    documents.addAll(TestCorpus.texts("b", "too long for eight", "bye"));
    documents.addAll(TestCorpus.texts("other", "not asked for"));

    Preview preview =
        Preview.of(
            spec(8, "a", "b"),
            name -> documents.stream().filter(d -> d.dataset().equals(name)).toList(),
            2);

    List<Preview.Line> lines = preview.samples();
    assertEquals(
        List.of("a 1 hi<|im_end|>", "a 2 there<|im_end|>", "b 1 bye<|im_end|>"),
        lines.stream().map(l -> l.dataset() + " " + l.row() + " " + l.text()).toList());
    assertArrayEquals(new int[] {'h', 'i', ByteTokenizer.IM_END}, lines.get(0).inputIds());
    assertEquals(List.of("h", "i", "<|im_end|>"), lines.get(0).tokens());
    assertArrayEquals(new float[] {0, 1, 1}, lines.get(0).lossWeights());
    assertEquals(
        List.of("a 0 no_trained_token", "b 0 too_long"),
        preview.refused().stream()
            .map(r -> r.dataset() + " " + r.row() + " " + r.reason())
            .toList());
  }

  @Test
  void showsThePiecesOfASplitDocumentAsFarAsWanted() {
    List<DocumentRow> documents = TestCorpus.texts("a", "abcdefghi", "xy");
    List<Preview.Line> lines =
        Preview.of(spec(4, ExcessLength.SPLIT, "a"), name -> documents, 3).samples();
    assertEquals(
        List.of("0 0 abcd", "0 1 efgh", "0 2 i<|im_end|>"),
        lines.stream().map(l -> l.row() + " " + l.piece() + " " + l.text()).toList());
    assertEquals(
        2, Preview.of(spec(4, ExcessLength.SPLIT, "a"), name -> documents, 2).samples().size());
  }

  @Test
  void trainedStretchesAreInBrackets() {
    Preview.Line line =
        first(
            "sharegpt",
            "{\"conversations\": [{\"from\": \"human\", \"value\": \"?\"}, {\"from\": \"gpt\","
                + " \"value\": \"a\\tü\"}]}");
    assertEquals(
        "<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant\n⟦a\tü<|im_end|>⟧\n", line.marked());
    try (Tokenizer tokenizer = DjlTokenizer.open(directory)) {
      assertEquals(
          "a⟦0.5:bc⟧⟦d⟧",
          MarkedText.of(tokenizer, new int[] {'a', 'b', 'c', 'd'}, new float[] {0, 0.5f, 0.5f, 1}));
    }
  }

  @Test
  void everyAnswerOfAComparisonIsShown() {
    DocumentRow pair =
        documents(
            "chatml.intel", "{\"question\": \"Q\", \"chosen\": \"good\", \"rejected\": \"bad\"}");
    List<Preview.Line> lines =
        Preview.of(spec(100, "chat"), name -> List.of(pair, pair, pair), 2).samples();
    assertEquals(
        List.of("chosen good", "rejected bad", "chosen good", "rejected bad"),
        lines.stream()
            .map(
                line ->
                    line.answer().orElseThrow()
                        + " "
                        + line.marked().replaceAll("(?s).*⟦|<\\|im_end.*", ""))
            .toList());
  }

  @Test
  void aComparisonIsOneRowAlsoWhereAnAnswerIsTooLong() {
    String row = "{\"question\": \"Q\", \"chosen\": \"%s\", \"rejected\": \"bad\"}";
    DocumentRow longer = documents("chatml.intel", row.formatted("good".repeat(30)));
    DocumentRow pair = documents("chatml.intel", row.formatted("good"));
    Preview preview = Preview.of(spec(100, "chat"), name -> List.of(longer, pair, pair), 2);
    assertEquals(
        List.of("rejected", "chosen", "rejected"),
        preview.samples().stream().map(line -> line.answer().orElseThrow()).toList());
    assertEquals(
        List.of("too_long"), preview.refused().stream().map(Preview.Refused::reason).toList());
  }

  @Test
  void underRlPairsAreShownAsTheyAreTrained() {
    String row = "{\"question\": \"Q\", \"chosen\": \"%s\", \"rejected\": \"bad\"}";
    DocumentRow longer = documents("chatml.intel", row.formatted("good".repeat(30)));
    DocumentRow chat = documents("completion", "{\"text\": \"no pair\"}");
    DocumentRow pair = documents("chatml.intel", row.formatted("good"));
    Preview preview =
        Preview.of(
            spec(Packing.PAIR, 100, ExcessLength.DROP, "chat"),
            name -> List.of(longer, chat, pair, pair),
            1);
    assertEquals(
        List.of("chosen", "rejected"),
        preview.samples().stream().map(line -> line.answer().orElseThrow()).toList());
    assertEquals(
        List.of("too_long", "not_a_pair"),
        preview.refused().stream().map(Preview.Refused::reason).toList());
  }

  @Test
  void underKtoLabelledAnswersAreShown() {
    String row = "{\"instruction\": \"Q\", \"completion\": \"good\", \"label\": %s}";
    DocumentRow wanted = documents("chatml.argilla", row.formatted("true"));
    DocumentRow unwanted = documents("chatml.argilla", row.formatted("false"));
    DocumentRow text = documents("completion", "{\"text\": \"no label\"}");
    Preview preview =
        Preview.of(
            spec(Packing.ANSWER, 100, ExcessLength.DROP, "chat"),
            name -> List.of(wanted, text, unwanted),
            2);
    assertEquals(
        List.of("desirable", "undesirable"),
        preview.samples().stream().map(line -> line.answer().orElseThrow()).toList());
    assertEquals(
        List.of("not_labelled"), preview.refused().stream().map(Preview.Refused::reason).toList());
  }

  private Preview.Line first(String type, String row) {
    DocumentRow document = documents(type, row);
    return Preview.of(spec(100, "chat"), name -> List.of(document), 1).samples().get(0);
  }

  private static DocumentRow documents(String type, String row) {
    return TestCorpus.documents("chat", "chat.jsonl", type, List.of(row)).get(0);
  }

  @Test
  void aShippedTokenizerGivesTheSameIds() throws IOException {
    ShippedTokenizer shipped = ShippedTokenizer.read(ByteTokenizer.write(directory), Engine.JAVA);
    Files.writeString(directory.resolve("model.safetensors"), "weights stay behind");
    try (Tokenizer here = DjlTokenizer.open(directory);
        Tokenizer there = shipped.open()) {
      assertArrayEquals(here.encode("Grüße").ids(), there.encode("Grüße").ids());
      assertEquals(here.fingerprint(), there.fingerprint());
    }
    assertEquals(Set.of("tokenizer.json", "tokenizer_config.json"), shipped.names());
  }

  private PrepSpec spec(int sequenceLen, String... datasets) {
    return spec(sequenceLen, ExcessLength.DROP, datasets);
  }

  private PrepSpec spec(int sequenceLen, ExcessLength strategy, String... datasets) {
    return spec(Packing.BFD, sequenceLen, strategy, datasets);
  }

  private PrepSpec spec(
      Packing packing, int sequenceLen, ExcessLength strategy, String... datasets) {
    ByteTokenizer.write(directory);
    return new PrepSpec(
        List.of(datasets).stream()
            .map(
                name ->
                    new PrepDataset(
                        name, TemplateChoice.of("chatml"), MaskRules.defaults(), strategy))
            .toList(),
        List.of(),
        directory,
        sequenceLen,
        packing,
        false,
        2,
        0,
        false,
        Set.of(),
        QualitySpec.NONE);
  }
}
