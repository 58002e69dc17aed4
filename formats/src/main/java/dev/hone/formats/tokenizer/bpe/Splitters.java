package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.ModelReader.onlyFields;
import static dev.hone.formats.tokenizer.bpe.ModelReader.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The pre-tokenizers that are known, by what tokenizer.json says of them. */
final class Splitters {
  private static final Map<String, Splitter> PATTERNS =
      Map.of(
          Gpt2Words.PATTERN, new Gpt2Words(),
          LlamaWords.LLAMA3, new LlamaWords(3),
          LlamaWords.QWEN2, new LlamaWords(1));

  private Splitters() {}

  /** ByteLevel, or a sequence that ends with it. */
  static Splitter read(JsonNode preTokenizer) throws UnknownKindException {
    if (!preTokenizer.path("type").asText().equals("Sequence")) {
      return byteLevel(preTokenizer);
    }
    onlyFields(preTokenizer, Set.of("type", "pretokenizers"), "pre_tokenizer");
    List<JsonNode> steps = List.copyOf(children(preTokenizer.path("pretokenizers")));
    require(!steps.isEmpty(), "pre_tokenizer", preTokenizer);
    Splitter splitter = byteLevel(steps.get(steps.size() - 1));
    for (int i = steps.size() - 2; i >= 0; i--) {
      splitter = Splitter.both(step(steps.get(i)), splitter);
    }
    return splitter;
  }

  private static List<JsonNode> children(JsonNode array) {
    List<JsonNode> children = new ArrayList<>();
    array.forEach(children::add);
    return children;
  }

  private static Splitter byteLevel(JsonNode step) throws UnknownKindException {
    require(step.path("type").asText().equals("ByteLevel"), "pre_tokenizer", step);
    onlyFields(
        step, Set.of("type", "add_prefix_space", "trim_offsets", "use_regex"), "pre_tokenizer");
    JsonNode space = step.path("add_prefix_space");
    require(space.isBoolean() && !space.booleanValue(), "add_prefix_space", space);
    return step.path("use_regex").asBoolean(true) ? new Gpt2Words() : Splitter.whole();
  }

  private static Splitter step(JsonNode step) throws UnknownKindException {
    if (step.path("type").asText().equals("Digits")) {
      onlyFields(step, Set.of("type", "individual_digits"), "pre_tokenizer");
      return Splitter.digits(step.path("individual_digits").asBoolean());
    }
    require(step.path("type").asText().equals("Split"), "pre_tokenizer", step);
    onlyFields(step, Set.of("type", "pattern", "behavior", "invert"), "pre_tokenizer");
    onlyFields(step.path("pattern"), Set.of("Regex"), "pattern");
    Splitter known = PATTERNS.get(step.path("pattern").path("Regex").asText());
    require(known != null, "pattern", step.path("pattern"));
    // The known patterns match all of a text: to keep the matches is to cut at them.
    boolean invert = step.path("invert").booleanValue();
    String behavior = step.path("behavior").asText();
    require(
        (behavior.equals("Isolated") && !invert) || (behavior.equals("Removed") && invert),
        "pre_tokenizer",
        step);
    return known;
  }
}
