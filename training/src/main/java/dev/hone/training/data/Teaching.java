package dev.hone.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a teacher says of the targets of a row (the tokens with a loss weight, in order): its
 * likeliest tokens in the place of each, likeliest first, the lowest id of equals first.
 *
 * <p>Worked example: of a row of two targets and k = 2, ids [7, 3, 5, 0] and logps [log 0.6, log
 * 0.3, log 0.9, log 0.05]: the teacher expected token 7 in the place of the first target, and token
 * 5 in that of the second. It gives the other tokens 0.1 and 0.05 together.
 *
 * @param k tokens of each target, from 1 to {@value #MAX_K}
 * @param ids {@code [N, k]} row-major, tokens
 * @param logps {@code [N, k]}, their log-probabilities by the teacher, of the softmax over its
 *     whole vocabulary, in nats
 */
public record Teaching(int k, int[] ids, float[] logps) {
  /** The largest k. */
  public static final int MAX_K = 1024;

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if k is not in its range, or ids and logps are not {@code [N,
   *     k]} both
   */
  public Teaching {
    if (k < 1 || k > MAX_K) {
      throw new IllegalArgumentException("k is " + k + ", not from 1 to " + MAX_K);
    }
    if (ids.length != logps.length || ids.length % k != 0) {
      throw new IllegalArgumentException(
          ids.length + " ids and " + logps.length + " logps are not k = " + k + " of each target");
    }
  }

  /** Number of targets. */
  public int targets() {
    return ids.length / k;
  }

  /** That of some targets, one after the other. */
  Teaching of(int first, int targets) {
    int from = first * k;
    int to = from + targets * k;
    return new Teaching(k, Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(logps, from, to));
  }

  /**
   * Those of several rows, one after the other; empty if a row that has targets has none.
   *
   * @throws IllegalArgumentException if their k differ
   */
  static Optional<Teaching> concat(List<PackedRow> rows) {
    List<Teaching> parts = new ArrayList<>();
    for (PackedRow row : rows) {
      if (row.teaching().isPresent()) {
        parts.add(row.teaching().get());
      } else if (row.targets() > 0) {
        return Optional.empty();
      }
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    int k = parts.get(0).k;
    int length = parts.stream().mapToInt(part -> part.ids.length).sum();
    int[] ids = new int[length];
    float[] logps = new float[length];
    int at = 0;
    for (Teaching part : parts) {
      if (part.k != k) {
        throw new IllegalArgumentException(
            "packs of one batch have " + k + " and " + part.k + " tokens of the teacher a target");
      }
      System.arraycopy(part.ids, 0, ids, at, part.ids.length);
      System.arraycopy(part.logps, 0, logps, at, part.ids.length);
      at += part.ids.length;
    }
    return Optional.of(new Teaching(k, ids, logps));
  }

  @Override
  public String toString() {
    return "the " + k + " likeliest tokens of " + targets() + " targets";
  }
}
