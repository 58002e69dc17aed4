package dev.hone.packing;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.SampleEncoder;

/**
 * One document to samples that fit in a pack, by the strategy of its dataset.
 *
 * @param encoder tokenizes and masks the documents of the dataset
 */
record Fitting(SampleEncoder encoder, LengthRules rules, ExcessLength strategy) {

  /**
   * Makes the samples of a document.
   *
   * @param whole the document encoded, whatever its length; with a trained token
   * @throws RefusedRecord {@code too_short}; {@code too_long} if the strategy refuses it (also
   *     under {@code error}; the preparation then stops) or cannot be applied, or would leave out
   *     all that is trained
   */
  Fitted fit(Document document, Sample whole) throws RefusedRecord {
    rules.longEnough(whole);
    if (rules.fits(whole)) {
      return Fitted.whole(whole);
    }
    int tokens = whole.ids().length;
    return switch (strategy) {
      case DROP, ERROR ->
          throw rules.tooLong(
              tokens,
              "raise sequence_len, or set excess_length_strategy to truncate, split or keep_last_turns");
      case TRUNCATE -> new TokenCut(rules).truncate(whole);
      case SPLIT ->
          document instanceof Conversation conversation
              ? turns().split(conversation, tokens)
              : new TokenCut(rules).split(whole);
      case SPLIT_TOKENS -> new TokenCut(rules).split(whole);
      case WHOLE -> {
        if (Wrapped.holds(whole, rules.sequenceLen())) {
          yield Fitted.whole(whole);
        }
        throw rules.tooLong(
            tokens,
            "its only trained tokens come first in pieces of that many tokens; raise sequence_len");
      }
      case KEEP_LAST_TURNS -> {
        if (document instanceof Conversation conversation) {
          yield turns().keepLastTurns(conversation, tokens);
        }
        throw rules.tooLong(
            tokens,
            "excess_length_strategy: keep_last_turns has no turns to leave out of a %s; use split or truncate for this dataset"
                .formatted(document.kind()));
      }
    };
  }

  /**
   * An answer to compare, which stays one sample: its end may be cut off, and nothing else.
   *
   * @throws RefusedRecord {@code too_short}; {@code too_long} if it is not to be cut, or nothing of
   *     the answer would be left
   */
  Fitted fitAnswer(Sample whole) throws RefusedRecord {
    rules.longEnough(whole);
    if (rules.fits(whole)) {
      return Fitted.whole(whole);
    }
    if (strategy == ExcessLength.TRUNCATE) {
      return new TokenCut(rules).truncate(whole);
    }
    throw rules.tooLong(
        whole.ids().length,
        "raise sequence_len, or set excess_length_strategy to truncate, which cuts the end of the answer");
  }

  private TurnCut turns() {
    return new TurnCut(encoder::encodeAny, rules);
  }
}
