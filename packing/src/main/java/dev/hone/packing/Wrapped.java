package dev.hone.packing;

import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples one after the other in position order, cut where a pack is full: TRL's {@code wrapped},
 * for texts. What is cut off begins the next pack as a document of its own, at position 0; its
 * first token is no target, since nothing in the piece predicts it.
 *
 * <p>Two things differ from a cut every so many tokens, since a piece without a trained token
 * teaches nothing and no other piece sees it. If what fits at the end of a pack has none, the pack
 * is closed and the sample stays together: for a text that is a room of one token, for a question
 * the room before its answer. And a piece that has none although it fills a pack or is the end of
 * its sample is left out and counted. So every pack has something to learn, and a pack of texts
 * lacks one token at most.
 *
 * <p>Worked example, capacity 4, with {@code |} between packs: the texts {@code a b c d e f},
 * {@code g h} and {@code i j k} become {@code a b c d | e f g h | i j k}. With {@code a b c d e}
 * first they become {@code a b c d | g h i j}: {@code e} alone would teach nothing, nor does {@code
 * k}.
 */
public record Wrapped() implements PackingStrategy {

  /**
   * A part of a sample.
   *
   * @param sample number of the sample among those that are cut
   * @param from its first token in the sample
   * @param to behind its last token
   */
  record Piece(int sample, int from, int to) {
    int length() {
      return to - from;
    }

    /** The part itself; its first token carries no loss. */
    Sample of(Sample whole) {
      float[] weights = Arrays.copyOfRange(whole.weights(), from, to);
      weights[0] = 0;
      return new Sample(
          Arrays.copyOfRange(whole.ids(), from, to),
          weights,
          from == 0 ? whole.untrainedEnds() : 0);
    }
  }

  @Override
  public String name() {
    return "wrapped";
  }

  /** Packs of pieces: a pack is closed by the first that does not fit, as {@link #pieces} cuts. */
  @Override
  public int[] assign(int[] lengths, int capacity) {
    return new NextFit().assign(lengths, capacity);
  }

  /**
   * Cuts samples into pieces that {@link #assign} then lays side by side.
   *
   * @param samples {@code [N]} in position order, of any length
   * @param capacity tokens that fit in a pack, at least 2
   * @return pieces in the order of samples, each of 2 to capacity tokens and with a trained token
   *     behind its first; tokens in none of them are left out
   */
  List<Piece> pieces(List<Sample> samples, int capacity) {
    List<Piece> pieces = new ArrayList<>();
    int room = capacity;
    for (int i = 0; i < samples.size(); i++) {
      float[] weights = samples.get(i).weights();
      int from = 0;
      while (from < weights.length) {
        int to = Math.min(weights.length, from + room);
        if (teaches(weights, from, to)) {
          pieces.add(new Piece(i, from, to));
          room -= to - from;
          from = to;
        } else if (room == capacity || to == weights.length) {
          from = to;
        } else {
          room = 0;
        }
        room = room == 0 ? capacity : room;
      }
    }
    return pieces;
  }

  /** Whether something of a sample is left wherever it begins: what {@link #pieces} relies on. */
  static boolean holds(Sample sample, int capacity) {
    return !new Wrapped().pieces(List.of(sample), capacity).isEmpty();
  }

  private static boolean teaches(float[] weights, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (weights[i] > 0) {
        return true;
      }
    }
    return false;
  }
}
