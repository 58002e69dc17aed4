package dev.hone.training.parallel;

import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lays parameters out in buckets, the last parameter first, as the backward pass finishes with
 * them; and cuts each bucket into as many parts as there are ranks. Where parameters may be cut,
 * every rank has about the same of every bucket, so that all work on all of them; where they may
 * not, a bucket belongs to the rank that has the least so far.
 *
 * <p>The layout depends on nothing but shapes, so that every rank finds the same.
 *
 * <p>Example: parameters of 40 and 24 elements, units of 16, buckets of 48, 2 ranks: the first
 * bucket has all 24 of the second parameter and 16 of the first; it is cut in the middle at 20,
 * rounded down to 16. The next has the other 24, cut at 0, as 12 is no whole unit.
 */
final class Buckets {
  private final List<Parameter> parameters;
  private final int unit;
  private final int size;
  private final long[] held;
  private final List<Bucket> buckets = new ArrayList<>();
  private List<Run> runs = new ArrayList<>();
  private int length;

  private Buckets(List<Parameter> parameters, int unit, int size, int ranks) {
    this.parameters = parameters;
    this.unit = unit;
    this.size = size;
    this.held = new long[ranks];
  }

  /**
   * The layout.
   *
   * @param unit parameters are cut at multiples of it; 0: they are not cut
   * @param size elements of a bucket, at least a unit; fewer in the last, or where the next run
   *     would not fit; more where a parameter has more and may not be cut
   */
  static List<Bucket> of(List<Parameter> parameters, int unit, int size, int ranks) {
    Buckets layout = new Buckets(parameters, unit, size, ranks);
    for (int i = parameters.size() - 1; i >= 0; i--) {
      layout.add(i);
    }
    layout.close();
    return layout.buckets;
  }

  private void add(int parameter) {
    long all = parameters.get(parameter).value().length();
    long from = 0;
    while (from < all) {
      int room = unit == 0 && length == 0 ? Integer.MAX_VALUE : size - length;
      long fits = all - from <= room ? all - from : unit == 0 ? 0 : room - room % unit;
      if (fits == 0) {
        close();
      } else {
        runs.add(new Run(parameter, from, Math.toIntExact(fits)));
        length += (int) fits;
        from += fits;
      }
    }
  }

  private void close() {
    if (length > 0) {
      buckets.add(new Bucket(runs, unit == 0 ? ofOne() : even()));
    }
    runs = new ArrayList<>();
    length = 0;
  }

  private int[] ofOne() {
    int owner = 0;
    for (int rank = 1; rank < held.length; rank++) {
      owner = held[rank] < held[owner] ? rank : owner;
    }
    held[owner] += length;
    int[] cuts = new int[held.length + 1];
    Arrays.fill(cuts, owner + 1, cuts.length, length);
    return cuts;
  }

  private int[] even() {
    int[] cuts = new int[held.length + 1];
    for (int rank = 1; rank < held.length; rank++) {
      cuts[rank] = wholeUnits((int) ((long) length * rank / held.length));
    }
    cuts[held.length] = length;
    return cuts;
  }

  /** The last place at or before another where a parameter may be cut. */
  private int wholeUnits(int place) {
    int at = 0;
    for (Run run : runs) {
      if (place < at + run.length()) {
        return place - (place - at) % unit;
      }
      at += run.length();
    }
    return at;
  }
}
