package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids and offsets are those of Transformers' fast tokenizer on the same files. */
@Tag("unit")
class DjlTokenizerTest {
  static final Path FILES = Path.of("src/test/resources/tokenizer");

  private static void assertIds(String text, int... expected) {
    try (Tokenizer tokenizer = DjlTokenizer.open(FILES)) {
      assertArrayEquals(expected, tokenizer.encode(text).ids(), text);
      assertEquals(text, tokenizer.decode(expected, false));
    }
  }

  @Test
  void idsAreThoseOfTransformers() {
    assertIds("Hello world.", 42, 372, 78, 81, 428, 397, 16);
    assertIds(
        "  two  spaces\n\n\ttab ",
        223,
        259,
        89,
        81,
        223,
        266,
        82,
        424,
        273,
        201,
        201,
        200,
        86,
        393,
        223);
    assertIds(
        "naïve café — “quoted”",
        80,
        67,
        130,
        110,
        309,
        269,
        67,
        72,
        130,
        105,
        223,
        161,
        225,
        245,
        223,
        161,
        225,
        253,
        394,
        347,
        297,
        161,
        225,
        254);
    assertIds(
        "Привет, мир! 日本語テキスト 한국어",
        143,
        256,
        144,
        225,
        143,
        119,
        143,
        113,
        143,
        116,
        144,
        227,
        14,
        223,
        143,
        123,
        143,
        119,
        144,
        225,
        3,
        223,
        165,
        248,
        101,
        165,
        253,
        108,
        167,
        106,
        255,
        162,
        228,
        231,
        162,
        227,
        258,
        162,
        227,
        120,
        162,
        228,
        233,
        223,
        172,
        246,
        253,
        169,
        116,
        258,
        171,
        247,
        115);
    assertIds(
        "مرحبا بالعالم",
        152,
        230,
        151,
        112,
        151,
        258,
        151,
        104,
        151,
        103,
        223,
        151,
        104,
        151,
        103,
        152,
        229,
        151,
        120,
        151,
        103,
        152,
        229,
        152,
        230);
    assertIds(
        "def f(x):\n    return x ** 2  # Ω",
        70,
        71,
        72,
        283,
        10,
        90,
        11,
        28,
        201,
        326,
        223,
        305,
        86,
        346,
        80,
        223,
        90,
        223,
        12,
        12,
        223,
        20,
        223,
        223,
        5,
        223,
        141,
        105);
    assertIds(
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n",
        1,
        436,
        268,
        201,
        42,
        75,
        2,
        201,
        1,
        308,
        85,
        403,
        412,
        201,
        42,
        372,
        78,
        81,
        16,
        2,
        201);
    assertIds("a\u0000b", 67, 191, 68);
    assertIds("e\u0301 \u00e9", 71, 139, 226, 223, 130, 105);
    assertIds("\r\n\r\n", 204, 201, 204, 201);
    assertIds("");
  }

  @Test
  void offsetsCountUtf16Units() {
    try (Tokenizer tokenizer = DjlTokenizer.open(FILES)) {
      // Four tokens for each emoji, all of them of its two units; the space before x is a token's.
      Tokenizer.Encoding encoding = tokenizer.encode("é🎉🎉 the");
      assertArrayEquals(
          new int[] {130, 105, 175, 256, 239, 234, 175, 256, 239, 234, 265}, encoding.ids());
      assertArrayEquals(new int[] {0, 0, 1, 1, 1, 1, 3, 3, 3, 3, 5}, encoding.starts());
      assertArrayEquals(new int[] {1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 9}, encoding.ends());
    }
  }

  @Test
  void halfACharacterIsNoText() {
    try (Tokenizer tokenizer = DjlTokenizer.open(FILES)) {
      for (String text : List.of("ab\ud83d", "\udf89", "\udf89\ud83c", "🎉\ud83c🎉")) {
        assertThrows(HoneException.class, () -> tokenizer.encode(text));
      }
      assertEquals(8, tokenizer.encode("🎉🎉").ids().length);
    }
  }

  @Test
  void readsSpecialTokensAndTemplate() {
    try (Tokenizer tokenizer = DjlTokenizer.open(FILES)) {
      assertEquals(Optional.of("<|im_start|>"), tokenizer.bosToken());
      assertEquals(Optional.of("<|im_end|>"), tokenizer.eosToken());
      assertEquals(Optional.of("<|im_end|>"), tokenizer.padToken());
      assertEquals(Optional.of(2), tokenizer.tokenId("<|im_end|>"));
      assertEquals(Optional.of(3), tokenizer.tokenId("!"));
      assertEquals(Optional.empty(), tokenizer.tokenId("<|eot_id|>"));
      assertEquals(512, tokenizer.vocabSize());
      assertEquals(Set.of(0, 1, 2), tokenizer.specialIds());
      assertEquals(0, tokenizer.prefixIds().length);
      assertTrue(
          tokenizer.chatTemplates().get("default").startsWith("{% for message in messages %}"));
      assertEquals("user\nHi", tokenizer.decode(new int[] {1, 436, 268, 201, 42, 75, 2}, true));
    }
  }

  /** A copy with a post-processor like Llama 3's, and the older spellings of everything else. */
  private static Path llama3Like(Path directory) throws IOException {
    String post =
        "\"post_processor\": {\"type\": \"Sequence\", \"processors\": ["
            + "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\": true},"
            + "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"<|im_start|>\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}],"
            + " \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}],"
            + " \"special_tokens\": {\"<|im_start|>\": {\"id\": \"<|im_start|>\", \"ids\": [1], \"tokens\": [\"<|im_start|>\"]}}}]},"
            + " \"decoder\":";
    String json = Files.readString(FILES.resolve("tokenizer.json"));
    Files.writeString(
        directory.resolve("tokenizer.json"),
        json.replaceFirst("(?s)\"post_processor\".*?\"decoder\":", post.replace("$", "\\$"))
            .replace(
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 3, \"strategy\": \"LongestFirst\", \"stride\": 0}"));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"bos_token\": {\"content\": \"<|im_start|>\"}, \"eos_token\": null, \"chat_template\": [{\"name\": \"tool_use\", \"template\": \"T\"}, {\"name\": \"default\", \"template\": \"D\"}]}");
    Files.writeString(
        directory.resolve("special_tokens_map.json"), "{\"eos_token\": \"<|im_end|>\"}");
    return directory;
  }

  @Test
  void offsetsCoverSpacesAndNothingIsTruncated(@TempDir Path directory) throws IOException {
    try (Tokenizer tokenizer = DjlTokenizer.open(llama3Like(directory))) {
      assertArrayEquals(new int[] {1}, tokenizer.prefixIds());
      Tokenizer.Encoding encoding = tokenizer.encode("  two  the");
      assertArrayEquals(new int[] {223, 259, 89, 81, 223, 265}, encoding.ids());
      assertArrayEquals(new int[] {0, 1, 3, 4, 5, 6}, encoding.starts());
      assertArrayEquals(new int[] {1, 3, 4, 5, 6, 10}, encoding.ends());
      assertEquals(Optional.of("<|im_start|>"), tokenizer.bosToken());
      assertEquals(Optional.of("<|im_end|>"), tokenizer.eosToken());
      assertEquals(Optional.empty(), tokenizer.padToken());
      assertEquals(Map.of("default", "D", "tool_use", "T"), tokenizer.chatTemplates());
      assertEquals("<|im_end|>", tokenizer.specialTokens().get("eos_token"));
    }
  }

  @Test
  void fingerprintFollowsTheFiles(@TempDir Path directory) throws IOException {
    try (Tokenizer one = DjlTokenizer.open(FILES);
        Tokenizer again = DjlTokenizer.open(FILES);
        Tokenizer other = DjlTokenizer.open(llama3Like(directory))) {
      assertEquals(one.fingerprint(), again.fingerprint());
      assertNotEquals(one.fingerprint(), other.fingerprint());
    }
  }

  @Test
  void missingAndCorruptFilesAreOneLine(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    assertProblem(directory, file + " is missing");
    String json = Files.readString(FILES.resolve("tokenizer.json"));
    Files.writeString(file, json.substring(0, 5000));
    assertProblem(directory, file + " is not valid JSON (line ");
    Files.writeString(file, "[]");
    assertProblem(directory, file + " holds no JSON object");
    Files.writeString(file, "{}");
    assertProblem(directory, file + " has no 'model'");
    Files.writeString(file, json.replace("\"type\": \"BPE\"", "\"type\": \"XPE\""));
    assertProblem(directory, file + " is no tokenizer that the tokenizers library knows");
    Files.writeString(file, json);
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"eos_token\":");
    assertProblem(directory, "tokenizer_config.json is not valid JSON");
  }

  private static void assertProblem(Path directory, String start) {
    HoneException problem =
        assertThrows(HoneException.class, () -> DjlTokenizer.open(directory).close());
    assertTrue(problem.getMessage().contains(start), problem.getMessage());
    assertFalse(problem.getMessage().contains("\n"), problem.getMessage());
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer tokenizer = DjlTokenizer.open(FILES);
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
  }
}
