package dev.hone.packing;

import dev.hone.formats.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A tokenizer whose pad_token is its eos_token. Where padding is masked by token id this takes the
 * end of every turn out of the loss; here it does not, and whoever knows the trap should be told.
 */
final class PadNotice {
  private PadNotice() {}

  static Optional<String> of(Tokenizer tokenizer) {
    return tokenizer
        .padToken()
        .filter(pad -> tokenizer.eosToken().filter(pad::equals).isPresent())
        .map(
            pad ->
                "pad_token and eos_token are both %s; this is harmless here: packs are not padded, and loss is masked by place, never by token id, so the end of a turn is trained"
                    .formatted(pad));
  }
}
