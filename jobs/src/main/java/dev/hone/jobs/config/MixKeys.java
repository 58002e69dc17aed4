package dev.hone.jobs.config;

import dev.hone.packing.Mix;
import dev.hone.packing.MixStrategy;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads {@code mix_strategy} and the weights that go with it.
 *
 * <pre>
 * mix_strategy: interleave_under, weight: 3 and weight: 1 in the entries     three rows to one
 * mix_strategy: interleave_under, interleave_probs: [0.75, 0.25]             the same
 * </pre>
 */
final class MixKeys {
  private static final String STRATEGY = "mix_strategy";
  private static final String PROBS = "interleave_probs";
  private static final String MEASURE = "weight_by";
  private static final String WEIGHT = "weight";
  private static final String CONCAT = "concat";

  private final Section top;

  MixKeys(Section top) {
    this.top = top;
  }

  /**
   * How datasets are mixed; empty if they are not, or after a problem.
   *
   * @param datasets the entries to train on
   * @param testDatasets the entries that are held out
   */
  Optional<Mix> read(List<Section> datasets, List<Section> testDatasets) {
    testDatasets.stream()
        .filter(entry -> entry.given(WEIGHT))
        .forEach(
            entry ->
                entry.problem(
                    WEIGHT, "test_datasets are held out whole and never mixed; remove it"));
    List<Section> weighted = datasets.stream().filter(entry -> entry.given(WEIGHT)).toList();
    List<Double> probs = top.numbers(PROBS);
    String measure = top.text(MEASURE).orElse("rows");
    Optional<String> strategy = top.text(STRATEGY);
    if (strategy.isEmpty()) {
      return Optional.empty(); // and the problem is named
    }
    if (strategy.get().equals(CONCAT)) {
      weighted.forEach(entry -> entry.problem(WEIGHT, noMix()));
      for (String key : List.of(PROBS, MEASURE)) {
        if (top.given(key)) {
          top.problem(key, noMix());
        }
      }
      return Optional.empty();
    }
    List<Double> weights = weights(datasets, weighted, probs);
    return weights.isEmpty() || weights.size() != datasets.size()
        ? Optional.empty()
        : Optional.of(
            new Mix(
                MixStrategy.named(strategy.get()),
                Mix.Measure.valueOf(measure.toUpperCase(Locale.ROOT)),
                weights,
                top.integer("seed").orElse(0)));
  }

  private List<Double> weights(List<Section> datasets, List<Section> weighted, List<Double> probs) {
    if (top.given(PROBS) && !weighted.isEmpty()) {
      Section first = weighted.get(0);
      top.problem(
          PROBS,
          "together with %s (%s), which says the same; keep one of the two"
              .formatted(first.full(WEIGHT), first.location(WEIGHT)));
      return List.of();
    }
    if (top.given(PROBS)) {
      if (!probs.isEmpty() && probs.size() != datasets.size()) {
        top.problem(
            PROBS,
            "%d numbers for the %d entries of datasets; give one to each"
                .formatted(probs.size(), datasets.size()));
      }
      return probs;
    }
    if (weighted.isEmpty()) {
      return Collections.nCopies(datasets.size(), 1.0);
    }
    datasets.stream()
        .filter(entry -> !entry.given(WEIGHT))
        .forEach(
            entry ->
                entry.problem(
                    WEIGHT,
                    "missing, and other entries have one; give one to each, or to none for equal weights"));
    return weighted.stream()
        .map(entry -> entry.number(WEIGHT))
        .filter(OptionalDouble::isPresent)
        .map(OptionalDouble::getAsDouble)
        .toList();
  }

  private static String noMix() {
    return "has no effect under mix_strategy: concat, which takes every row once; set mix_strategy: interleave_under or interleave_over, or remove it";
  }
}
