package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a text is cut into words before byte pairs are merged, by {@code tokenizer.ggml.pre}. The
 * pattern is not in the file, only its name.
 */
final class PreTokenizers {
  /** The pattern that the ByteLevel pre-tokenizer has built in. */
  private static final String GPT2 = "";

  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");

  /**
   * SmolLM's: every digit on its own first, then as GPT-2. Transformers reads a GGUF file of this
   * name without the digits; its makers and llama.cpp do not, and white space of two or more
   * characters right before a digit is two tokens to them.
   */
  private static final String SMOLLM = "\\p{N}";

  private static final Map<String, String> PATTERNS =
      new TreeMap<>(
          Map.of(
              "default", GPT2,
              "gpt-2", GPT2,
              "smollm", SMOLLM,
              "llama3", LLAMA3,
              "llama-v3", LLAMA3,
              "llama-bpe", LLAMA3,
              "qwen2", QWEN2,
              "deepseek-r1-qwen", QWEN2));

  /** The names that a file is written with, one for each pattern. */
  private static final List<String> WRITTEN = List.of("gpt-2", "smollm", "llama-bpe", "qwen2");

  private PreTokenizers() {}

  /** The name of the {@code pre_tokenizer} of {@code tokenizer.json}; empty if it has none. */
  static Optional<String> nameOf(JsonNode preTokenizer) {
    JsonNode asked = withoutOffsets(preTokenizer);
    return WRITTEN.stream()
        .filter(name -> withoutOffsets(named(name, "")).equals(asked))
        .findFirst();
  }

  /** Where a token begins in its text changes no token. */
  private static JsonNode withoutOffsets(JsonNode preTokenizer) {
    JsonNode copy = preTokenizer.deepCopy();
    copy.findParents("trim_offsets").forEach(step -> ((ObjectNode) step).remove("trim_offsets"));
    return copy;
  }

  /**
   * The {@code pre_tokenizer} of {@code tokenizer.json}.
   *
   * @throws HoneException if the name is unknown: guessing would give other tokens
   */
  static ObjectNode named(String name, String where) {
    String pattern = PATTERNS.get(name);
    if (pattern == null) {
      throw new HoneException(
          where
              + ": tokenizer.ggml.pre is "
              + name
              + ", which hone does not know; it knows "
              + String.join(", ", PATTERNS.keySet()));
    }
    if (pattern.equals(GPT2)) {
      return byteLevel(JsonFile.object(), true);
    }
    ObjectNode sequence = JsonFile.object();
    sequence.put("type", "Sequence");
    ObjectNode first = sequence.putArray("pretokenizers").addObject();
    if (pattern.equals(SMOLLM)) {
      first.put("type", "Digits").put("individual_digits", true);
    } else {
      first.put("type", "Split");
      first.putObject("pattern").put("Regex", pattern);
      first.put("behavior", "Isolated");
      first.put("invert", false);
    }
    byteLevel(sequence.withArray("pretokenizers").addObject(), pattern.equals(SMOLLM));
    return sequence;
  }

  /**
   * The {@code normalizer} of {@code tokenizer.json}; empty for none. Qwen's tokenizers compose
   * characters first, and Transformers does it for every directory of that family.
   */
  static Optional<ObjectNode> normalizer(String name) {
    return QWEN2.equals(PATTERNS.get(name))
        ? Optional.of(JsonFile.object().put("type", "NFC"))
        : Optional.empty();
  }

  private static ObjectNode byteLevel(ObjectNode json, boolean useRegex) {
    return json.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", useRegex);
  }
}
