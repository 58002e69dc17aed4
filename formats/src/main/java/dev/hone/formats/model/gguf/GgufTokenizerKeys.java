package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory's byte-level BPE tokenizer and chat template as GGUF metadata: what {@link
 * GgufTokenizer} makes files of. Tokens are spelled in the alphabet of bytes, added tokens as they
 * are; rows of the embedding without a token get a name that is never written, as in llama.cpp's
 * converter.
 */
final class GgufTokenizerKeys {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private final Path file;
  private final ObjectNode json;
  private final ModelDirectory model;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  private GgufTokenizerKeys(ModelDirectory model) {
    this.model = model;
    this.file = model.path().resolve("tokenizer.json");
    this.json = JsonFile.read(file);
  }

  /**
   * The keys.
   *
   * @throws HoneException if GGUF has no way to say what the tokenizer does
   */
  static Map<String, Object> of(ModelDirectory model) {
    GgufTokenizerKeys found = new GgufTokenizerKeys(model);
    found.putModel();
    try (Tokenizer tokenizer = Tokenizers.open(model.path())) {
      found.putSpecial(tokenizer);
      Optional.ofNullable(tokenizer.chatTemplates().get("default"))
          .ifPresent(template -> found.keys.put("tokenizer.chat_template", template));
    }
    return found.keys;
  }

  private void putModel() {
    if (!json.path("model").path("type").asText().equals("BPE")) {
      throw refused("its model is " + json.path("model").path("type"));
    }
    String pre =
        PreTokenizers.nameOf(json.path("pre_tokenizer"))
            .orElseThrow(() -> refused("its pre_tokenizer is " + json.path("pre_tokenizer")));
    JsonNode normalizer = json.path("normalizer");
    if (!normalizer.isNull() && !PreTokenizers.normalizer(pre).equals(Optional.of(normalizer))) {
      throw refused("its normalizer is " + normalizer);
    }
    keys.put("tokenizer.ggml.model", "gpt2");
    keys.put("tokenizer.ggml.pre", pre);
    putTokens();
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : json.path("model").path("merges")) {
      merges.add(
          merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText());
    }
    keys.put("tokenizer.ggml.merges", merges);
  }

  private HoneException refused(String problem) {
    return new HoneException(
        "%s cannot be written to GGUF: %s, and hone writes byte-level BPE that cuts words as GPT-2, SmolLM, Llama 3 or Qwen2 do; export with --to hf or merged and convert it with llama.cpp"
            .formatted(file, problem.length() > 300 ? problem.substring(0, 300) + "..." : problem));
  }

  private void putTokens() {
    int rows = model.config().vocabSize();
    List<String> tokens = new ArrayList<>(Collections.nCopies(rows, null));
    List<Integer> types = new ArrayList<>(Collections.nCopies(rows, UNUSED));
    json.path("model")
        .path("vocab")
        .properties()
        .forEach(entry -> put(tokens, types, entry.getValue().asInt(), entry.getKey(), NORMAL));
    for (JsonNode added : json.path("added_tokens")) {
      int type = added.path("special").asBoolean() ? CONTROL : USER_DEFINED;
      put(tokens, types, added.path("id").asInt(), added.path("content").asText(), type);
    }
    for (int id = 0; id < rows; id++) {
      if (tokens.get(id) == null) {
        tokens.set(id, "[PAD" + id + "]");
      }
    }
    keys.put("tokenizer.ggml.tokens", tokens);
    keys.put("tokenizer.ggml.token_type", types);
  }

  private void put(List<String> tokens, List<Integer> types, int id, String token, int type) {
    if (id < 0 || id >= tokens.size()) {
      throw new HoneException(
          "%s has token %d, '%s', but the embedding has %d rows; the two do not belong together"
              .formatted(file, id, token, tokens.size()));
    }
    tokens.set(id, token);
    types.set(id, type);
  }

  private void putSpecial(Tokenizer tokenizer) {
    Optional<Integer> bos =
        tokenizer.bosToken().flatMap(tokenizer::tokenId).or(() -> model.config().bosTokenId());
    List<Integer> ends = new ArrayList<>();
    tokenizer.eosToken().flatMap(tokenizer::tokenId).ifPresent(ends::add);
    model.config().eosTokenIds().stream().filter(id -> !ends.contains(id)).forEach(ends::add);
    bos.ifPresent(id -> keys.put("tokenizer.ggml.bos_token_id", id));
    if (!ends.isEmpty()) {
      keys.put("tokenizer.ggml.eos_token_id", ends.get(0));
    }
    if (ends.size() > 1) {
      keys.put("tokenizer.ggml.eot_token_id", ends.get(1));
    }
    putSpecial(tokenizer, "unk_token", "unknown");
    putSpecial(tokenizer, "pad_token", "padding");
    int[] prefix = tokenizer.prefixIds();
    boolean addsBos = bos.isPresent() && Arrays.equals(prefix, new int[] {bos.get()});
    if (prefix.length > 0 && !addsBos) {
      throw refused("it writes the tokens " + Arrays.toString(prefix) + " before a text");
    }
    keys.put("tokenizer.ggml.add_bos_token", addsBos);
  }

  private void putSpecial(Tokenizer tokenizer, String role, String name) {
    Optional.ofNullable(tokenizer.specialTokens().get(role))
        .flatMap(tokenizer::tokenId)
        .ifPresent(id -> keys.put("tokenizer.ggml." + name + "_token_id", id));
  }
}
