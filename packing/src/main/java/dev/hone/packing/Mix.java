package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Datasets mixed by weight: {@code mix_strategy} and what goes with it. Only what is trained on is
 * mixed; what is held out stays as it is.
 *
 * @param strategy how long
 * @param measure {@code weight_by}: what the weights are shares of
 * @param weights of the datasets to train on, in their order; only their ratios matter
 * @param seed {@link RowSample}'s: another one takes other documents where a dataset is used in
 *     part
 */
public record Mix(MixStrategy strategy, Measure measure, List<Double> weights, long seed) {

  /** What a weight counts. */
  public enum Measure {
    /** Documents. */
    ROWS,
    /** Tokens of their samples. */
    TOKENS;

    /** The value of the configuration key. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the weights.
   *
   * @throws HoneException naming every weight that is not a number above 0
   */
  public Mix {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(measure, "measure");
    weights = List.copyOf(weights);
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      double weight = weights.get(i);
      if (!(weight > 0) || Double.isInfinite(weight)) {
        problems.add("datasets.%d.weight: %s; use a number above 0".formatted(i, weight));
      }
    }
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("; ", problems));
    }
  }

  /** The part of the mix that a dataset is asked to be. */
  double share(int dataset) {
    return weights.get(dataset) / weights.stream().mapToDouble(Double::doubleValue).sum();
  }
}
