package dev.hone.formats.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a tokenizer directory says, before any native code reads it.
 *
 * @param bytes of tokenizer.json
 * @param tokenizer the same, with offsets that cover every character of a token and without
 *     truncation or padding; none of it changes an id
 */
record TokenizerFiles(byte[] bytes, ObjectNode tokenizer, Facts facts) {

  /**
   * What is known without the native library.
   *
   * @param vocabulary token to id, added tokens included
   * @param specialIds ids of added tokens that are marked as special
   * @param specialTokens by name: {@code eos_token}
   * @param chatTemplates Jinja sources by name; the usual one is called {@code default}
   * @param fingerprint SHA-256 of tokenizer.json and the special tokens
   */
  record Facts(
      Map<String, Integer> vocabulary,
      Set<Integer> specialIds,
      Map<String, String> specialTokens,
      Map<String, String> chatTemplates,
      String fingerprint) {
    Facts {
      vocabulary = Map.copyOf(vocabulary);
      specialIds = Set.copyOf(specialIds);
      specialTokens = Collections.unmodifiableSortedMap(new TreeMap<>(specialTokens));
      chatTemplates = Map.copyOf(chatTemplates);
    }
  }

  /** Name of the only chat template, or of the one for conversations without tools. */
  static final String DEFAULT_TEMPLATE = "default";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Reads a directory.
   *
   * @throws HoneException if tokenizer.json is missing or a file is no JSON
   */
  static TokenizerFiles read(Path directory) {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new HoneException(
          "%s is missing; the directory of a model needs the fast tokenizer's file, which AutoTokenizer.from_pretrained(...).save_pretrained(...) writes"
              .formatted(file));
    }
    byte[] bytes = bytes(file);
    ObjectNode tokenizer = object(file, bytes);
    if (!tokenizer.path("model").isObject()) {
      throw new HoneException(
          "%s has no 'model'; it is not the file of a tokenizer; copy it again from the model's source"
              .formatted(file));
    }
    JsonNode config = optional(directory.resolve("tokenizer_config.json"));
    JsonNode map = optional(directory.resolve("special_tokens_map.json"));
    Map<String, String> special = specialTokens(config, map);
    prepare(tokenizer);
    return new TokenizerFiles(
        bytes,
        tokenizer,
        new Facts(
            vocabulary(tokenizer),
            specialIds(tokenizer),
            special,
            chatTemplates(directory, config),
            fingerprint(bytes, special)));
  }

  /** The text of tokenizer.json that the library gets. */
  static String prepared(Path directory, byte[] bytes) {
    ObjectNode tokenizer = object(directory.resolve("tokenizer.json"), bytes);
    prepare(tokenizer);
    return tokenizer.toString();
  }

  /**
   * Byte-level tokenizers usually ask to leave a token's spaces out of its offsets. Masks need to
   * know where every character went.
   */
  private static void prepare(ObjectNode tokenizer) {
    tokenizer.putNull("truncation");
    tokenizer.putNull("padding");
    JsonNode postProcessor = tokenizer.path("post_processor");
    for (JsonNode holder : postProcessor.findParents("trim_offsets")) {
      ((ObjectNode) holder).put("trim_offsets", false);
    }
  }

  private static Map<String, Integer> vocabulary(ObjectNode tokenizer) {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocab = tokenizer.path("model").path("vocab");
    if (vocab.isArray()) {
      // Unigram: [token, score], in the order of the ids.
      for (int id = 0; id < vocab.size(); id++) {
        ids.put(vocab.get(id).path(0).asText(), id);
      }
    } else {
      vocab.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().intValue()));
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      ids.put(added.path("content").asText(), added.path("id").intValue());
    }
    return ids;
  }

  private static Set<Integer> specialIds(ObjectNode tokenizer) {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode added : tokenizer.path("added_tokens")) {
      if (added.path("special").booleanValue()) {
        ids.add(added.path("id").intValue());
      }
    }
    return ids;
  }

  /** Those of the config go before those of the older map. */
  private static Map<String, String> specialTokens(JsonNode config, JsonNode map) {
    Map<String, String> tokens = new HashMap<>();
    for (JsonNode file : new JsonNode[] {map, config}) {
      file.properties()
          .forEach(
              entry -> {
                String text = tokenText(entry.getValue());
                if (entry.getKey().endsWith("_token") && text != null && !text.isEmpty()) {
                  tokens.put(entry.getKey(), text);
                }
              });
    }
    return tokens;
  }

  /** A special token is a string or, in older files, an object with {@code content}. */
  private static String tokenText(JsonNode token) {
    return token.isObject() ? token.path("content").textValue() : token.textValue();
  }

  /** {@code chat_template.jinja} wins, as in Transformers; older configs have a list of them. */
  private static Map<String, String> chatTemplates(Path directory, JsonNode config) {
    Path jinja = directory.resolve("chat_template.jinja");
    if (Files.isRegularFile(jinja)) {
      return Map.of(DEFAULT_TEMPLATE, new String(bytes(jinja), UTF_8));
    }
    JsonNode template = config.path("chat_template");
    if (template.isTextual()) {
      return Map.of(DEFAULT_TEMPLATE, template.textValue());
    }
    Map<String, String> named = new HashMap<>();
    for (JsonNode entry : template) {
      if (entry.path("template").isTextual()) {
        named.put(entry.path("name").asText(), entry.path("template").textValue());
      }
    }
    return named;
  }

  private static String fingerprint(byte[] tokenizer, Map<String, String> specialTokens) {
    MessageDigest digest = Sha256.digest();
    digest.update(tokenizer);
    for (String name : List.of("bos_token", "eos_token", "pad_token")) {
      digest.update((byte) 0);
      digest.update(specialTokens.getOrDefault(name, "").getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static JsonNode optional(Path file) {
    return Files.isRegularFile(file) ? object(file, bytes(file)) : MAPPER.createObjectNode();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new HoneException(
          "%s cannot be read (%s); check its permissions".formatted(file, e.getMessage()), e);
    }
  }

  private static ObjectNode object(Path file, byte[] bytes) {
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new HoneException(
          "%s holds no JSON object; copy it again from the model's source".formatted(file));
    } catch (JsonProcessingException e) {
      throw new HoneException(
          "%s is not valid JSON (line %d: %s); copy it again from the model's source"
              .formatted(
                  file,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new HoneException("%s cannot be read (%s)".formatted(file, e.getMessage()), e);
    }
  }
}
