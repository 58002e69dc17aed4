package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A BPE tokenizer from GGUF metadata to Hugging Face's files, so that it gives the ids that
 * Transformers gives when it reads the GGUF file itself. {@link GgufVocabulary} has what depends on
 * its kind.
 */
final class GgufTokenizer {
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;

  /** Hugging Face's name of a special token to GGUF's. */
  private static final Map<String, String> ROLES =
      new TreeMap<>(
          Map.of(
              "bos_token",
              "bos",
              "eos_token",
              "eos",
              "unk_token",
              "unknown",
              "pad_token",
              "padding"));

  private final Path path;
  private final GgufMetadata metadata;
  private final GgufVocabulary kind;
  private final List<String> tokens;
  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final SortedMap<Integer, Boolean> added = new TreeMap<>();
  private final Map<String, String> special = new TreeMap<>();

  /**
   * Reads the metadata.
   *
   * @throws HoneException if the tokenizer is of another kind or its parts do not fit together
   */
  GgufTokenizer(GgufReader reader, int vocabSize) {
    path = reader.path();
    metadata = reader.metadata();
    kind = GgufVocabulary.of(metadata, path);
    tokens = metadata.texts("tokenizer.ggml.tokens");
    if (tokens.isEmpty() || tokens.size() > vocabSize) {
      throw new HoneException(
          path + " has " + tokens.size() + " tokens but " + vocabSize + " rows of embeddings");
    }
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(kind.spelled(tokens.get(id)), id);
    }
    findAdded();
    findSpecial();
  }

  /** Control tokens are matched whole and skipped in decoding, user-defined ones only matched. */
  private void findAdded() {
    List<Long> types = metadata.integers("tokenizer.ggml.token_type");
    if (!types.isEmpty() && types.size() != tokens.size()) {
      throw new HoneException(
          path + " has " + types.size() + " token types for " + tokens.size() + " tokens");
    }
    for (int id = 0; id < types.size(); id++) {
      boolean control = types.get(id) == CONTROL;
      if ((control || types.get(id) == USER_DEFINED) && kind.maybeAdded(tokens.get(id))) {
        added.put(vocabulary.get(tokens.get(id)), control);
      }
    }
  }

  private void findSpecial() {
    ROLES.forEach(
        (role, name) -> {
          Optional<Integer> id = metadata.integer("tokenizer.ggml." + name + "_token_id");
          if (id.isPresent() && id.get() >= tokens.size()) {
            throw new HoneException(
                path
                    + ": the id of the "
                    + role
                    + " is "
                    + id.get()
                    + " but there are "
                    + tokens.size()
                    + " tokens");
          }
          if (id.isPresent()) {
            special.put(role, tokens.get(id.get()));
            added.putIfAbsent(id.get(), true);
          }
        });
  }

  /** {@code tokenizer.json}. */
  ObjectNode tokenizerJson() {
    ObjectNode json = JsonFile.object();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode addedTokens = json.putArray("added_tokens");
    added.forEach(
        (id, isSpecial) -> describe(addedTokens.addObject().put("id", id), id, isSpecial));
    json.set("normalizer", kind.normalizer().orElse(null));
    json.set("pre_tokenizer", kind.preTokenizer().orElse(null));
    json.set("post_processor", postProcessor());
    json.set("decoder", kind.decoder());
    ObjectNode model = json.putObject("model");
    model.put("type", "BPE");
    model.putNull("dropout");
    model.put("continuing_subword_prefix", "");
    model.put("end_of_word_suffix", "");
    model.put("ignore_merges", false);
    kind.describe(model);
    vocabulary.forEach(model.putObject("vocab")::put);
    kind.merges(vocabulary, model.putArray("merges"));
    return json;
  }

  private void describe(ObjectNode json, int id, boolean isSpecial) {
    json.put("content", tokens.get(id))
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", isSpecial);
  }

  /** The file's own tokens around a text: none unless the metadata say so. */
  private ObjectNode postProcessor() {
    ObjectNode json = JsonFile.object();
    json.put("type", "TemplateProcessing");
    ArrayNode single = json.putArray("single");
    ArrayNode pair = json.putArray("pair");
    ObjectNode specials = JsonFile.object();
    surround(single, specials, "A", 0);
    surround(pair, specials, "A", 0);
    surround(pair, specials, "B", 1);
    json.set("special_tokens", specials);
    return json;
  }

  private void surround(ArrayNode template, ObjectNode specials, String sequence, int type) {
    if (adds("bos")) {
      special(template, specials, special.get("bos_token"), type);
    }
    template.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
    if (adds("eos")) {
      special(template, specials, special.get("eos_token"), type);
    }
  }

  private void special(ArrayNode template, ObjectNode specials, String token, int type) {
    template.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
    ObjectNode entry = specials.putObject(token).put("id", token);
    entry.putArray("ids").add(vocabulary.get(kind.spelled(token)));
    entry.putArray("tokens").add(token);
  }

  private boolean adds(String name) {
    return special.containsKey(name + "_token")
        && metadata
            .flag("tokenizer.ggml.add_" + name + "_token")
            .orElse(name.equals("bos") && kind.addsBos());
  }

  /** {@code tokenizer_config.json}. */
  ObjectNode tokenizerConfig(int contextLength) {
    ObjectNode json = JsonFile.object();
    json.put("add_bos_token", adds("bos"));
    json.put("add_eos_token", adds("eos"));
    json.put("add_prefix_space", false);
    ObjectNode decoder = json.putObject("added_tokens_decoder");
    added.forEach((id, isSpecial) -> describe(decoder.putObject("" + id), id, isSpecial));
    special.forEach(json::put);
    chatTemplate().ifPresent(template -> json.put("chat_template", template));
    json.put("clean_up_tokenization_spaces", false);
    json.put("model_max_length", contextLength);
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    return json;
  }

  /** {@code special_tokens_map.json}. */
  ObjectNode specialTokensMap() {
    ObjectNode json = JsonFile.object();
    special.forEach(json::put);
    return json;
  }

  /** The Jinja chat template. */
  Optional<String> chatTemplate() {
    return metadata.text("tokenizer.chat_template");
  }
}
