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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What a tokenizer directory says, before any native code reads it.
 *
 * @param json the text of tokenizer.json, with offsets that cover every character of a token and
 *     without truncation or padding; none of it changes an id
 */
record TokenizerFiles(String json, Facts facts) {

  /**
   * What is known without the native library.
   *
   * @param vocabulary token to id, added tokens included
   * @param bos beginning-of-sequence token
   * @param eos end-of-sequence token
   * @param pad padding token
   * @param chatTemplate Jinja source
   * @param fingerprint SHA-256 of tokenizer.json and the special tokens
   */
  record Facts(
      Map<String, Integer> vocabulary,
      Optional<String> bos,
      Optional<String> eos,
      Optional<String> pad,
      Optional<String> chatTemplate,
      String fingerprint) {}

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
    Optional<String> bos = special("bos_token", config, map);
    Optional<String> eos = special("eos_token", config, map);
    Optional<String> pad = special("pad_token", config, map);
    return new TokenizerFiles(
        prepared(tokenizer),
        new Facts(
            vocabulary(tokenizer),
            bos,
            eos,
            pad,
            chatTemplate(directory, config),
            fingerprint(bytes, bos, eos, pad)));
  }

  /**
   * Byte-level tokenizers usually ask to leave a token's spaces out of its offsets. Masks need to
   * know where every character went.
   */
  private static String prepared(ObjectNode tokenizer) {
    tokenizer.putNull("truncation");
    tokenizer.putNull("padding");
    JsonNode postProcessor = tokenizer.path("post_processor");
    for (JsonNode holder : postProcessor.findParents("trim_offsets")) {
      ((ObjectNode) holder).put("trim_offsets", false);
    }
    return tokenizer.toString();
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

  /** A special token is a string or, in older files, an object with {@code content}. */
  private static Optional<String> special(String name, JsonNode config, JsonNode map) {
    for (JsonNode file : new JsonNode[] {config, map}) {
      JsonNode token = file.path(name);
      String text = token.isObject() ? token.path("content").textValue() : token.textValue();
      if (text != null && !text.isEmpty()) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  /** {@code chat_template.jinja} wins, as in Transformers; a list of named ones has a "default". */
  private static Optional<String> chatTemplate(Path directory, JsonNode config) {
    Path jinja = directory.resolve("chat_template.jinja");
    if (Files.isRegularFile(jinja)) {
      return Optional.of(new String(bytes(jinja), UTF_8));
    }
    JsonNode template = config.path("chat_template");
    for (JsonNode named : template.isArray() ? template : MAPPER.createArrayNode()) {
      if (named.path("name").asText().equals("default")) {
        return Optional.ofNullable(named.path("template").textValue());
      }
    }
    return Optional.ofNullable(template.textValue());
  }

  @SafeVarargs
  private static String fingerprint(byte[] tokenizer, Optional<String>... specialTokens) {
    MessageDigest digest = Sha256.digest();
    digest.update(tokenizer);
    for (Optional<String> token : specialTokens) {
      digest.update((byte) 0);
      digest.update(token.orElse("").getBytes(UTF_8));
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
