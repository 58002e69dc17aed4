package dev.hone.packing;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes conversations shorter between {@link Exchanges}. Every part is rendered anew as a
 * conversation of its own, with the system message, the tools and the prefix (bos) that any
 * conversation has; nothing is cut in the middle.
 *
 * <p>Worked example, {@code S} the system message, {@code Q1 A1 Q2 A2 Q3 A3} three exchanges, of
 * which two fit together:
 *
 * <pre>
 * split              S Q1 A1 Q2 A2   and   S Q3 A3
 * keep_last_turns    S Q2 A2 Q3 A3
 * </pre>
 *
 * <p>Parts are tokenized at 1, 2, 4, ... exchanges and then at halves, so that a long conversation
 * is not tokenized once for each of its turns. Where a template makes fewer turns longer (none of
 * the usual ones does) a part may be shorter than it could be, never longer.
 */
final class TurnCut {
  private final Encoding encoding;
  private final LengthRules rules;

  /** How a part becomes tokens. */
  interface Encoding {
    Sample encode(Conversation part) throws RefusedRecord;
  }

  /** A number of exchanges, as tokens. */
  private interface Take {
    Sample exchanges(int count) throws RefusedRecord;
  }

  private record Taken(int exchanges, Sample sample) {}

  /**
   * @param encoding must not refuse a part for having no trained token
   */
  TurnCut(Encoding encoding, LengthRules rules) {
    this.encoding = encoding;
    this.rules = rules;
  }

  /**
   * As many exchanges in each piece as fit, from the first one on. A piece without a trained token
   * is left out and counted.
   *
   * @param tokens of the whole conversation
   * @throws RefusedRecord {@code too_long} if one exchange does not fit, the template refuses a
   *     piece, or no piece has a trained token
   */
  Fitted split(Conversation conversation, int tokens) throws RefusedRecord {
    Exchanges exchanges = Exchanges.of(conversation);
    List<Sample> kept = new ArrayList<>();
    int droppedPieces = 0;
    int droppedTokens = 0;
    int from = 0;
    while (from < exchanges.size()) {
      int first = from;
      Optional<Taken> taken =
          most(
              1,
              exchanges.size() - first,
              count -> encode(exchanges, first, first + count, tokens, "split"));
      if (taken.isEmpty()) {
        throw rules.tooLong(
            tokens,
            "excess_length_strategy: split cuts between a turn and the next user turn, and %s does not fit; raise sequence_len"
                .formatted(where(exchanges, first)));
      }
      Sample piece = taken.get().sample();
      if (rules.worthKeeping(piece)) {
        kept.add(piece);
      } else {
        droppedPieces++;
        droppedTokens += piece.ids().length;
      }
      from += taken.get().exchanges();
    }
    if (kept.isEmpty()) {
      throw rules.tooLong(
          tokens, "none of its pieces would have a trained token; raise sequence_len");
    }
    return Fitted.by(ExcessLength.SPLIT, kept, new Fitted.Loss(droppedTokens, droppedPieces, 0, 0));
  }

  /**
   * The last exchanges, as many as fit; the last answer is always among them.
   *
   * @param tokens of the whole conversation
   * @throws RefusedRecord {@code too_long} if the last exchange does not fit, or all that is
   *     trained is in the turns that go
   */
  Fitted keepLastTurns(Conversation conversation, int tokens) throws RefusedRecord {
    Exchanges exchanges = Exchanges.of(conversation);
    int size = exchanges.size();
    int least = size - exchanges.lastAnswered();
    Optional<Taken> taken =
        least >= size
            ? Optional.empty()
            : most(
                least,
                size - 1,
                count -> encode(exchanges, size - count, size, tokens, "keep_last_turns"));
    if (taken.isEmpty()) {
      throw rules.tooLong(
          tokens,
          "excess_length_strategy: keep_last_turns keeps the last answer with its question, and %s does not fit; raise sequence_len"
              .formatted(where(exchanges, exchanges.lastAnswered())));
    }
    Sample kept = rules.longEnough(taken.get().sample());
    if (kept.trainedTokens() == 0) {
      throw new RefusedRecord(
          "too_long",
          "none of its last %d tokens carries loss, and excess_length_strategy: keep_last_turns leaves out the turns before; raise sequence_len, or use another excess_length_strategy for this dataset"
              .formatted(kept.ids().length));
    }
    return Fitted.by(
        ExcessLength.KEEP_LAST_TURNS,
        List.of(kept),
        new Fitted.Loss(
            Math.max(0, tokens - kept.ids().length),
            0,
            exchanges.turns(0, size - taken.get().exchanges()),
            0));
  }

  /** The most exchanges from least to limit that fit; empty if least does not. */
  private Optional<Taken> most(int least, int limit, Take take) throws RefusedRecord {
    Taken best = new Taken(least, take.exchanges(least));
    if (!rules.fits(best.sample())) {
      return Optional.empty();
    }
    int tooMany = limit + 1;
    int step = 1;
    while (tooMany - best.exchanges() > 1) {
      int count = best.exchanges() + Math.min(step, (tooMany - best.exchanges()) / 2);
      Sample sample = take.exchanges(count);
      if (rules.fits(sample)) {
        best = new Taken(count, sample);
        step *= 2;
      } else {
        tooMany = count;
      }
    }
    return Optional.of(best);
  }

  private Sample encode(Exchanges exchanges, int from, int to, int tokens, String strategy)
      throws RefusedRecord {
    try {
      return encoding.encode(exchanges.part(from, to));
    } catch (RefusedRecord refusal) {
      throw rules.tooLong(
          tokens,
          "excess_length_strategy: %s cannot cut it, since the chat template refuses a part of it (%s); raise sequence_len, or use another excess_length_strategy for this dataset"
              .formatted(strategy, refusal.getMessage()));
    }
  }

  private static String where(Exchanges exchanges, int exchange) {
    int turn = exchanges.head().size() + exchanges.turns(0, exchange);
    return exchanges.head().isEmpty()
        ? "the exchange at turn " + turn
        : "the exchange at turn " + turn + " with the system message";
  }
}
