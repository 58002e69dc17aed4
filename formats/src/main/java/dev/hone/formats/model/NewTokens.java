package dev.hone.formats.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens that a model gets beside its own, as Axolotl's keys name them. The tokenizer's files are
 * written as {@code add_special_tokens}, {@code add_tokens} and {@code save_pretrained} leave them.
 *
 * <p>Example: {@code tokens: [<think>]} on a tokenizer of 258 gives {@code <think>} the id 258, and
 * the embedding a row of that number.
 *
 * @param special {@code special_tokens}, such as {@code pad_token}, to their texts
 * @param tokens {@code tokens}, which are ordinary text but never cut
 * @param additional {@code special_tokens.additional_special_tokens}
 * @param to32 {@code resize_token_embeddings_to_32x}: rows up to the next multiple of 32
 */
public record NewTokens(
    Map<String, String> special, List<String> tokens, List<String> additional, boolean to32)
    implements Serializable {
  /** None. */
  public static final NewTokens NONE = new NewTokens(Map.of(), List.of(), List.of(), false);

  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  public NewTokens {
    special = Collections.unmodifiableMap(new LinkedHashMap<>(special));
    tokens = List.copyOf(tokens);
    additional = List.copyOf(additional);
  }

  /** Whether nothing changes. */
  public boolean isEmpty() {
    return special.isEmpty() && tokens.isEmpty() && additional.isEmpty() && !to32;
  }

  /**
   * Writes the tokenizer of a directory, with the tokens, to another.
   *
   * @return the tokens that it did not have, to their ids
   * @throws HoneException if it has no {@code tokenizer.json}, or a folder cannot be written
   */
  public Map<String, Integer> writeTokenizer(Path from, Path to) {
    return extended(from, to).fresh();
  }

  private TokenizerExtension extended(Path from, Path to) {
    ModelDirectory.copyTokenizer(from, to);
    TokenizerExtension extension = TokenizerExtension.read(to);
    special.forEach(extension::special);
    tokens.forEach(token -> extension.add(token, false));
    extension.additional(additional);
    extension.write();
    return extension;
  }

  /**
   * The model with these tokens: rows that the embedding and the head lack begin as the mean of
   * those they have.
   *
   * @param folder empty or missing; gets the files beside the weights
   * @throws HoneException if the embedding is quantized, and as {@link #writeTokenizer}
   */
  public ModelDirectory grow(ModelDirectory base, Path folder) {
    TokenizerExtension extension = extended(base.path(), folder);
    int size = to32 ? (extension.size() + 31) / 32 * 32 : extension.size();
    int rows = Math.max(size, base.config().vocabSize());
    for (String name : List.of(CONFIG, GENERATION_CONFIG)) {
      if (Files.exists(base.path().resolve(name))) {
        ObjectNode json = JsonFile.read(base.path().resolve(name));
        if (name.equals(CONFIG)) {
          json.put("vocab_size", rows);
        }
        for (String token : List.of("bos_token", "eos_token", "pad_token")) {
          if (special.containsKey(token)) {
            json.put(token + "_id", extension.id(special.get(token)));
          }
        }
        JsonFile.write(folder.resolve(name), json);
      }
    }
    return base.grown(folder, rows);
  }
}
