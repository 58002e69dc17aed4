package dev.hone.formats.tokenizer;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The tokens that may end a turn.
 *
 * @param special ids of special tokens
 * @param stops ids that end a turn, whatever stands around them
 * @param eos the tokenizer's eos_token; -1: it has none
 */
record EndTokens(Set<Integer> special, Set<Integer> stops, int eos) {
  private static final int NONE = -1;

  EndTokens {
    special = Set.copyOf(special);
    stops = Set.copyOf(stops);
  }

  /**
   * Those of a tokenizer and of {@code eot_tokens}.
   *
   * @throws HoneException if an eot token is none of the tokenizer, or if it is the eos_token and
   *     the rules differ for the two
   */
  static EndTokens of(Tokenizer tokenizer, MaskRules rules) {
    int eos = tokenizer.eosToken().flatMap(tokenizer::tokenId).orElse(NONE);
    Set<Integer> stops = new HashSet<>();
    for (String token : rules.eotTokens()) {
      int id =
          tokenizer
              .tokenId(token)
              .orElseThrow(
                  () ->
                      new HoneException(
                          "eot_tokens: '%s' is no token of the tokenizer; name a token of its vocabulary, such as its eos_token %s"
                              .formatted(token, tokenizer.eosToken().orElse("(none)"))));
      if (id == eos && rules.trainOnEos() != rules.trainOnEot()) {
        throw new HoneException(
            "train_on_eos is %s and train_on_eot is %s, and '%s' is both the tokenizer's eos_token and one of eot_tokens; remove it from eot_tokens, or make the two keys the same"
                .formatted(word(rules.trainOnEos()), word(rules.trainOnEot()), token));
      }
      stops.add(id);
    }
    if (eos != NONE) {
      stops.add(eos);
    }
    return new EndTokens(tokenizer.specialIds(), stops, eos);
  }

  private static String word(TrainOnEos value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The rule for a token that ends a turn. */
  TrainOnEos rule(MaskRules rules, int id) {
    return id == eos ? rules.trainOnEos() : rules.trainOnEot();
  }
}
