package dev.hone.formats.model.gguf;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.tokenizer.bpe.ByteAlphabet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ids are those of {@link TinyGguf#TOKENS}, worked out by hand from its merges. */
@Tag("unit")
class GgufTokenizerTest {
  @TempDir Path dir;

  @Test
  void mergesAndAddedTokensGiveTheIds() throws IOException {
    assertArrayEquals(new long[] {19, 8, 18, 8, 11, 7, 12}, ids(TinyGguf.llama(), "hello world"));
    assertArrayEquals(
        new long[] {1, 16, 4, 2, 3}, ids(TinyGguf.llama(), "<s>he<think></s><|eot|>"));
  }

  @Test
  void tokensAroundTheTextAreTheFiles() throws IOException {
    GgufFile both =
        TinyGguf.llama()
            .put("tokenizer.ggml.add_bos_token", true)
            .put("tokenizer.ggml.add_eos_token", true);
    assertArrayEquals(new long[] {1, 16, 2}, ids(both, "he"));
  }

  @ParameterizedTest
  @CsvSource({
    "smollm,Sequence,",
    "gpt-2,ByteLevel,",
    "default,ByteLevel,",
    "llama-bpe,Sequence,",
    "qwen2,Sequence,NFC"
  })
  void thePreTokenizerIsNamedInTheFile(String pre, String type, String normalizer) {
    ObjectNode json = json(TinyGguf.llama().put("tokenizer.ggml.pre", pre));
    assertEquals(type, json.at("/pre_tokenizer/type").asText());
    assertEquals(normalizer, json.at("/normalizer/type").textValue());
  }

  /** GPT-2's pattern keeps digits together, Llama 3's takes three, SmolLM's and Qwen's one. */
  @ParameterizedTest
  @CsvSource({"gpt-2,1", "smollm,4", "llama-bpe,3", "qwen2,4"})
  void thePatternCutsDigits(String pre, int count) throws IOException {
    GgufFile file =
        TinyGguf.llama()
            .put("tokenizer.ggml.pre", pre)
            .put("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "1", "2", "12", "1212"))
            .put("tokenizer.ggml.token_type", List.of())
            .put("tokenizer.ggml.merges", List.of("1 2", "12 12"));
    assertEquals(count, ids(file, "1212").length);
  }

  /**
   * No merges in the file: "▁he" has a better score than "ll" and so wins the e of "hell" no less
   * than "he" does; é has no token and becomes its bytes. Llama puts a space before a text, Phi-3
   * too, Gemma does not, and its order is that of the tokens.
   */
  @ParameterizedTest
  @CsvSource({
    "llama,he hell,1 12 12 13",
    "phi3,he hell,1 12 12 13",
    "llama,hé,1 10 3 4",
    "gemma3,he hell,1 11 12 13",
    "gemma3,hé,1 9 3 4",
    "gemma3,l  l,1 8 14 8"
  })
  void sentencePiecesHaveNoMergesOfTheirOwn(String architecture, String text, String expected)
      throws IOException {
    List<String> tokens =
        List.of(
            "<unk>",
            "<s>",
            "</s>",
            "<0xC3>",
            "<0xA9>",
            "<0x0A>",
            "▁",
            "e",
            "l",
            "h",
            "▁h",
            "he",
            "▁he",
            "ll",
            architecture.equals("gemma3") ? "  " : "▁▁");
    List<Object> scores = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      scores.add((float) (id == 12 ? 1 : -id));
    }
    GgufFile file =
        TinyGguf.llama()
            .put("general.architecture", architecture)
            .put("tokenizer.ggml.model", "llama")
            .put("tokenizer.ggml.tokens", tokens)
            .put("tokenizer.ggml.scores", scores)
            .put("tokenizer.ggml.token_type", List.of())
            .remove("tokenizer.ggml.merges");
    assertEquals(
        expected, Arrays.stream(ids(file, text)).mapToObj(Long::toString).collect(joining(" ")));
  }

  @Test
  void controlTokensAreSpecialAndUserDefinedOnesAreNot() {
    ObjectNode json = json(TinyGguf.llama());
    assertEquals(5, json.get("added_tokens").size());
    assertTrue(json.at("/added_tokens/3/special").booleanValue());
    assertEquals("<think>", json.at("/added_tokens/4/content").asText());
    assertTrue(!json.at("/added_tokens/4/special").booleanValue());
  }

  @Test
  void bytesAreSpelledAsGpt2Does() {
    assertEquals("Ġ", ByteAlphabet.spell(" "));
    assertEquals("Ċ", ByteAlphabet.spell("\n"));
    assertEquals("ĉ", ByteAlphabet.spell("\t"));
    assertEquals("Ã©", ByteAlphabet.spell("é"));
    assertEquals("ðŁĮį", ByteAlphabet.spell("🌍"));
    assertEquals("ġ", ByteAlphabet.spell("\u007f"));
    assertTrue(ByteAlphabet.spells("ðŁĮįĠaŃ"));
    assertTrue(!ByteAlphabet.spells(" ") && !ByteAlphabet.spells("▁the"));
  }

  private ObjectNode json(GgufFile file) {
    GgufReader reader = GgufReader.open(file.write(dir.resolve("a.gguf")));
    return new GgufTokenizer(reader, TinyGguf.TOKENS.size()).tokenizerJson();
  }

  private long[] ids(GgufFile file, String text) throws IOException {
    Path path = dir.resolve("tokenizer.json");
    JsonFile.write(path, json(file));
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(path)) {
      return tokenizer.encode(text).getIds();
    }
  }
}
