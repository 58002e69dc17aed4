package dev.hone.packing;

import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a sample by its tokens, wherever that is in the text.
 *
 * <p>{@link #split}: the pieces, one after the other, are the sample; nothing is repeated and
 * nothing added. So the tokenizer's prefix (bos) is only at the beginning of the first piece, and
 * the end-of-sequence token that closes a text only at the end of the last one. Every piece has
 * {@code sequence_len} tokens but the last; if fewer are left for it than {@code min_sample_len}
 * (or two: the closing token alone could not be learned), the piece before it gives it as many as
 * it lacks. The first token of a piece is no target, since nothing in the piece predicts it. A
 * piece without a trained token is left out and counted.
 *
 * <p>Worked example, sequence_len 4, min_sample_len 2, with {@code 1} bos and {@code 2} eos:
 *
 * <pre>
 * ids      1 5 6 7 8 9 10 11 2       weights  0 1 1 1 1 1 1 1 1
 * becomes  1 5 6 7                            0 1 1 1
 *          8 9 10                             0 1 1
 *          11 2                               0 1
 * </pre>
 *
 * <p>{@link #truncate}: the first {@code sequence_len} tokens stay. The end-of-turn token of the
 * turn that is cut goes with the rest, and none is put in its place: a model must not learn to stop
 * in the middle of a sentence.
 */
record TokenCut(LengthRules rules) {

  /**
   * Keeps the beginning.
   *
   * <p>Worked example, sequence_len 3: {@code ids 5 6 7 8, weights 0 0 1 1} becomes {@code ids 5 6
   * 7, weights 0 0 1}.
   *
   * @throws RefusedRecord {@code too_long} if all that carries loss is cut off
   */
  Fitted truncate(Sample whole) throws RefusedRecord {
    int length = whole.ids().length;
    Sample cut = part(whole, 0, rules.sequenceLen());
    if (cut.trainedTokens() == 0) {
      throw new RefusedRecord(
          "too_long",
          "no token among the first %d of %d carries loss, and excess_length_strategy: truncate cuts off the rest; raise sequence_len, or use another excess_length_strategy for this dataset"
              .formatted(rules.sequenceLen(), length));
    }
    return Fitted.by(
        ExcessLength.TRUNCATE,
        List.of(cut),
        new Fitted.Loss(length - rules.sequenceLen(), 0, 0, 0));
  }

  /**
   * Cuts into pieces.
   *
   * @throws RefusedRecord {@code too_long} if none of the pieces has a trained token, as when the
   *     only one comes first in its piece
   */
  Fitted split(Sample whole) throws RefusedRecord {
    List<Sample> kept = new ArrayList<>();
    int droppedTokens = 0;
    int droppedPieces = 0;
    int targets = 0;
    int start = 0;
    for (int length : lengths(whole.ids().length)) {
      Sample piece = part(whole, start, start + length);
      if (piece.weights()[0] > 0) {
        targets++;
        piece.weights()[0] = 0;
      }
      if (rules.worthKeeping(piece)) {
        kept.add(piece);
      } else {
        droppedPieces++;
        droppedTokens += length;
      }
      start += length;
    }
    if (kept.isEmpty()) {
      throw new RefusedRecord(
          "too_long",
          "none of the %d pieces of at most %d tokens has a trained token after its first; raise sequence_len"
              .formatted(droppedPieces, rules.sequenceLen()));
    }
    return Fitted.by(
        ExcessLength.SPLIT, kept, new Fitted.Loss(droppedTokens, droppedPieces, 0, targets));
  }

  /** Tokens of each piece: {@code 9 -> 4 3 2} and {@code 10 -> 4 4 2} at sequence_len 4. */
  int[] lengths(int tokens) {
    int longest = rules.sequenceLen();
    int fewest = Math.max(2, rules.minSampleLen());
    int pieces = (tokens + longest - 1) / longest;
    int[] lengths = new int[pieces];
    Arrays.fill(lengths, longest);
    int last = tokens - (pieces - 1) * longest;
    int lacks = Math.max(0, fewest - last);
    lengths[pieces - 1] = last;
    if (pieces > 1 && longest - lacks >= fewest) {
      lengths[pieces - 1] += lacks;
      lengths[pieces - 2] -= lacks;
    }
    return lengths;
  }

  private static Sample part(Sample whole, int from, int to) {
    return new Sample(
        Arrays.copyOfRange(whole.ids(), from, to),
        Arrays.copyOfRange(whole.weights(), from, to),
        from == 0 ? whole.untrainedEnds() : 0);
  }
}
