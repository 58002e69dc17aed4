package dev.hone.eval;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Answers as text.
 *
 * @param stops tokens that end an answer, and are no part of its text
 */
record AnswerText(Tokenizer tokenizer, Set<Integer> stops) {

  /** Of a model's answers: they end with its own stop tokens or with the tokenizer's. */
  static AnswerText of(ModelDirectory model, Tokenizer tokenizer) {
    Set<Integer> stops = new HashSet<>(model.config().eosTokenIds());
    tokenizer.eosToken().flatMap(tokenizer::tokenId).ifPresent(stops::add);
    return new AnswerText(tokenizer, stops);
  }

  /** The text of an answer. */
  String of(int[] tokens) {
    boolean stopped = tokens.length > 0 && stops.contains(tokens[tokens.length - 1]);
    int length = stopped ? tokens.length - 1 : tokens.length;
    return tokenizer.decode(Arrays.copyOf(tokens, length), true);
  }
}
