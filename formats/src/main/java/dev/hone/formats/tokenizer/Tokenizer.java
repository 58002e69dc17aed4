package dev.hone.formats.tokenizer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Hugging Face tokenizer directory ({@code tokenizer.json}, {@code tokenizer_config.json}, {@code
 * chat_template.jinja}). Not thread safe: one for each task.
 */
public interface Tokenizer extends AutoCloseable {

  /**
   * Text to ids, special tokens in the text recognised, none added.
   *
   * @return ids and, for each, the UTF-16 offsets of the characters it came from
   */
  Encoding encode(String text);

  /** Ids to text. */
  String decode(int[] ids, boolean skipSpecialTokens);

  /**
   * Ids that {@code add_special_tokens=True} puts before the text; empty if none (SmolLM2), [bos]
   * for Llama 3.
   */
  int[] prefixIds();

  default Optional<String> bosToken() {
    return Optional.ofNullable(specialTokens().get("bos_token"));
  }

  default Optional<String> eosToken() {
    return Optional.ofNullable(specialTokens().get("eos_token"));
  }

  default Optional<String> padToken() {
    return Optional.ofNullable(specialTokens().get("pad_token"));
  }

  /** The id of a token in the vocabulary, added tokens included. */
  Optional<Integer> tokenId(String token);

  int vocabSize();

  /** Ids of the tokens that the tokenizer marks as special: never part of ordinary text. */
  Set<Integer> specialIds();

  /**
   * The special tokens by their names, as a chat template knows them: {@code eos_token -> </s>}.
   */
  Map<String, String> specialTokens();

  /**
   * The Jinja chat templates by name, from {@code chat_template.jinja} or {@code
   * tokenizer_config.json}: {@code default}, and in some older models {@code tool_use} for
   * conversations with tools.
   */
  Map<String, String> chatTemplates();

  /** SHA-256 over the files that decide ids, for {@code prep_id}. */
  String fingerprint();

  @Override
  void close();

  /**
   * Tokens of a text.
   *
   * @param ids token ids {@code [T]}
   * @param starts {@code [T]} UTF-16 offset of each token's first character in the text
   * @param ends {@code [T]} offset after its last
   */
  record Encoding(int[] ids, int[] starts, int[] ends) {}
}
