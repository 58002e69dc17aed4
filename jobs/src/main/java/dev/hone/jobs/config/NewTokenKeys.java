package dev.hone.jobs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.model.NewTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code tokens}, {@code special_tokens} and how the embedding grows by them. */
final class NewTokenKeys {
  private static final String SPECIAL = "special_tokens";
  private static final String ADDITIONAL = "additional_special_tokens";
  private static final String TOKENS = "tokens";
  private static final String TO_32 = "resize_token_embeddings_to_32x";
  private static final String MEAN = "mean_resizing_embeddings";
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "pad_token",
          "sep_token",
          "cls_token",
          "mask_token");
  private static final JsonMapper JSON = new JsonMapper();

  private NewTokenKeys() {}

  static NewTokens read(Section top) {
    Map<String, String> special = new LinkedHashMap<>();
    List<String> additional = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : special(top).properties()) {
      if (entry.getKey().equals(ADDITIONAL)) {
        entry.getValue().forEach(token -> additional.add(token.asText()));
      } else if (!entry.getValue().isNull()) {
        special.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return new NewTokens(special, top.words(TOKENS), additional, top.flag(TO_32));
  }

  /** Values that cannot be. */
  static void check(Section top) {
    for (Map.Entry<String, JsonNode> entry : special(top).properties()) {
      JsonNode value = entry.getValue();
      if (entry.getKey().equals(ADDITIONAL)) {
        if (!value.isNull() && (!value.isArray() || !allWords(value))) {
          top.problem(SPECIAL, "%s is %s, not a list of tokens".formatted(ADDITIONAL, value));
        }
      } else if (!NAMES.contains(entry.getKey())) {
        top.problem(
            SPECIAL,
            "'%s' is no special token; there are %s and %s"
                .formatted(entry.getKey(), String.join(", ", NAMES), ADDITIONAL));
      } else if (!value.isNull() && !isWord(value)) {
        top.problem(SPECIAL, "%s is %s, not a token".formatted(entry.getKey(), value));
      }
    }
    if (top.words(TOKENS).contains("")) {
      top.problem(TOKENS, "an empty text is no token; remove it");
    }
    if (!top.flag(MEAN)) {
      top.problem(
          MEAN, "new rows begin as the mean of the others here; remove it, or set it to true");
    }
  }

  private static boolean allWords(JsonNode list) {
    for (JsonNode token : list) {
      if (!isWord(token)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(JsonNode token) {
    return token.isTextual() && !token.textValue().isEmpty();
  }

  private static JsonNode special(Section top) {
    try {
      return JSON.readTree(top.text(SPECIAL).orElse("{}"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a mapping of the configuration gave no JSON", e);
    }
  }
}
