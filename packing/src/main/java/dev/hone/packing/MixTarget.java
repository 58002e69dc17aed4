package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a dataset goes into a mix: whole copies of it, and a part.
 *
 * <p>With N rows (or tokens) and weight w of each dataset, s is the smallest N / w for {@code
 * interleave_under} and the largest for {@code interleave_over}, and s * w is what a dataset gives.
 *
 * <p>Worked example, rows 6000, 1000 and 100 with weights 6, 3 and 1: under stops at s = min(1000,
 * 333.3, 100) = 100 with 600, 300 and 100 rows; over at s = 1000 with 6000 rows, 3000 (three times
 * all) and 1000 (ten times all).
 *
 * @param whole how often all of it is taken
 * @param part rows or tokens of one more copy
 */
record MixTarget(long whole, long part) implements Serializable {
  /** More copies of a document than this are a mistake in the weights. */
  private static final long MOST_COPIES = 1_000_000;

  /**
   * The targets of all datasets; nothing of each if one of them has nothing.
   *
   * @param there rows or tokens of each dataset
   * @param names of the datasets, for messages
   * @throws HoneException if a dataset would be repeated without end
   */
  static List<MixTarget> of(Mix mix, List<Long> there, List<String> names) {
    double scale =
        mix.strategy() == MixStrategy.INTERLEAVE_UNDER
            ? Double.POSITIVE_INFINITY
            : Double.NEGATIVE_INFINITY;
    for (int i = 0; i < there.size(); i++) {
      double reach = there.get(i) / mix.weights().get(i);
      scale =
          mix.strategy() == MixStrategy.INTERLEAVE_UNDER
              ? Math.min(scale, reach)
              : Math.max(scale, reach);
    }
    List<MixTarget> targets = new ArrayList<>();
    for (int i = 0; i < there.size(); i++) {
      long all = there.get(i);
      if (there.contains(0L)) {
        targets.add(new MixTarget(0, 0));
        continue;
      }
      double target = scale * mix.weights().get(i);
      if (!(target / all <= MOST_COPIES)) {
        throw new HoneException(
            "dataset %s: weight %s would repeat its %d %s more than %d times; give it a smaller weight, or more rows"
                .formatted(
                    names.get(i), mix.weights().get(i), all, mix.measure().key(), MOST_COPIES));
      }
      long rounded = Math.round(target);
      targets.add(new MixTarget(rounded / all, rounded % all));
    }
    return targets;
  }

  /** Rows or tokens asked for. */
  long of(long all) {
    return whole * all + part;
  }

  /**
   * Whether a document belongs to the part, which is taken in an order of its own: as many as bring
   * its sum nearest to what is asked for.
   *
   * @param before rows or tokens of the documents before it in that order
   * @param own its own
   */
  boolean takes(long before, long own) {
    return 2 * before + own < 2 * part;
  }

  /**
   * Where a document stands in the mix, between 0 and 1: the middle of its stretch.
   *
   * @param before rows or tokens of the same dataset before it in the mix
   * @param own its own
   * @param all of the dataset in the mix
   */
  static double place(long before, long own, long all) {
    // Both are exact in a double, so that equal places of two datasets are equal numbers.
    return (double) (2 * before + own) / (2 * all);
  }
}
