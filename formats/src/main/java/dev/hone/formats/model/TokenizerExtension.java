package dev.hone.formats.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a tokenizer, to which tokens are added as the {@code tokenizers} library does. */
final class TokenizerExtension {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDITIONAL = "additional_special_tokens";
  private static final String EXTRA = "extra_special_tokens";

  private final Path directory;
  private final ObjectNode tokenizer;
  private final ObjectNode config;
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final TreeMap<Integer, ObjectNode> added = new TreeMap<>();
  private final Map<String, Integer> fresh = new LinkedHashMap<>();

  private TokenizerExtension(Path directory, ObjectNode tokenizer, ObjectNode config) {
    this.directory = directory;
    this.tokenizer = tokenizer;
    this.config = config;
    JsonNode vocab = tokenizer.path("model").path("vocab");
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) { // Unigram: [token, score], in order
        vocabulary.put(vocab.get(id).path(0).asText(), id);
      }
    } else {
      vocab
          .properties()
          .forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue().intValue()));
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      added.put(token.path("id").intValue(), (ObjectNode) token);
    }
  }

  /** The files of a directory. */
  static TokenizerExtension read(Path directory) {
    Path file = directory.resolve(TOKENIZER);
    if (!Files.isRegularFile(file)) {
      throw new HoneException(
          "tokens and special_tokens need a tokenizer.json beside the model, and there is none; AutoTokenizer.from_pretrained(...).save_pretrained(...) writes it");
    }
    Path config = directory.resolve(CONFIG);
    return new TokenizerExtension(
        directory,
        JsonFile.read(file),
        Files.exists(config) ? JsonFile.read(config) : JsonFile.object());
  }

  /** Names a token, such as {@code pad_token}, and adds it if it is not there. */
  void special(String name, String token) {
    add(token, true);
    config.put(name, token);
  }

  /** Adds special tokens without a name. */
  void additional(List<String> tokens) {
    if (tokens.isEmpty()) {
      return;
    }
    // save_pretrained of Transformers 5 calls them by another name than that of version 4.
    String key = config.has("backend") || config.has(EXTRA) ? EXTRA : ADDITIONAL;
    ArrayNode all = config.path(key) instanceof ArrayNode there ? there : config.putArray(key);
    for (String token : tokens) {
      add(token, true);
      all.add(token);
    }
  }

  /**
   * Adds a token if it is not among the added ones, of which one can become special; one of the
   * vocabulary keeps its id.
   */
  void add(String token, boolean special) {
    Optional<ObjectNode> there =
        added.values().stream()
            .filter(old -> old.path("content").asText().equals(token))
            .findFirst();
    if (there.isPresent()) {
      if (special) {
        there.get().put("special", true);
      }
      return;
    }
    Integer known = vocabulary.get(token);
    int id = known == null ? size() : known;
    if (known == null) {
      fresh.put(token, id);
    }
    ObjectNode entry = JsonFile.object();
    entry.put("id", id).put("content", token).put("single_word", false).put("lstrip", false);
    entry.put("rstrip", false).put("normalized", false).put("special", special);
    added.put(id, entry);
    if (config.path("added_tokens_decoder") instanceof ObjectNode decoder) {
      ObjectNode same = entry.deepCopy();
      same.remove("id");
      decoder.set(Integer.toString(id), same);
    }
  }

  /** One more than the largest id, or the size of the vocabulary without added tokens. */
  int size() {
    return Math.max(vocabulary.size(), added.isEmpty() ? 0 : added.lastKey() + 1);
  }

  /** Tokens that were not there, to their ids. */
  Map<String, Integer> fresh() {
    return fresh;
  }

  /** The id of a token that has been added, or was there. */
  int id(String token) {
    return added.entrySet().stream()
        .filter(entry -> entry.getValue().path("content").asText().equals(token))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Writes the files over those that were read. */
  void write() {
    ArrayNode all = tokenizer.putArray("added_tokens");
    added.values().forEach(all::add);
    JsonFile.write(directory.resolve(TOKENIZER), tokenizer);
    JsonFile.write(directory.resolve(CONFIG), config);
    Path map = directory.resolve(MAP);
    if (Files.exists(map)) { // of older versions; it says the same as the config
      ObjectNode names = JsonFile.read(map);
      config
          .properties()
          .forEach(
              entry -> {
                if ((entry.getKey().endsWith("_token") && entry.getValue().isTextual())
                    || entry.getKey().equals(ADDITIONAL)) {
                  names.set(entry.getKey(), entry.getValue());
                }
              });
      JsonFile.write(map, names);
    }
  }
}
