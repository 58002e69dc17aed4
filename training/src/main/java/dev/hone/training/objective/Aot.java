package dev.hone.training.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Alignment by optimal transport: two samples of a batch are sorted, and their quantiles compared
 * as {@link Sigmoid} compares margins (Melnyk et al. 2024, "Distributional Preference Alignment",
 * equations 8 and 9). {@code aot} compares how much likelier the policy finds chosen answers than
 * rejected ones with what the reference finds; {@code aot_unpaired} the log-ratios of chosen
 * answers with those of rejected ones, whichever pair they are of.
 *
 * <p>Worked example, unpaired, beta 1: log-ratios (2, 0) of the chosen and (0, 1) of the rejected
 * answers are sorted to (0, 2) and (0, 1), so the margins are 0 and 1.
 *
 * @param beta what the differences are multiplied by
 * @param labelSmoothing as that of {@link Sigmoid}
 * @param paired {@code aot}
 */
public record Aot(double beta, double labelSmoothing, boolean paired) implements PairLoss {
  @Override
  public boolean comparesPairs() {
    return true;
  }

  @Override
  public List<PairTerm> terms(List<Pair> batch) {
    return paired ? paired(batch) : unpaired(batch);
  }

  private List<PairTerm> paired(List<Pair> batch) {
    int[] policy = order(batch, pair -> pair.chosen().logp() - pair.rejected().logp());
    double[] reference =
        batch.stream()
            .mapToDouble(pair -> pair.chosen().reference() - pair.rejected().reference())
            .sorted()
            .toArray();
    PairTerm[] terms = new PairTerm[policy.length];
    for (int i = 0; i < policy.length; i++) {
      Pair pair = batch.get(policy[i]);
      Slope loss = loss(pair.chosen().logp() - pair.rejected().logp() - reference[i]);
      terms[policy[i]] = new PairTerm(loss.value(), loss.slope(), -loss.slope());
    }
    return List.of(terms);
  }

  private List<PairTerm> unpaired(List<Pair> batch) {
    int[] chosen = order(batch, pair -> pair.chosen().logRatio());
    int[] rejected = order(batch, pair -> pair.rejected().logRatio());
    List<PairTerm> terms = new ArrayList<>(batch.stream().map(pair -> PairTerm.ZERO).toList());
    for (int i = 0; i < chosen.length; i++) {
      Slope loss =
          loss(
              batch.get(chosen[i]).chosen().logRatio()
                  - batch.get(rejected[i]).rejected().logRatio());
      terms.set(
          chosen[i], terms.get(chosen[i]).plus(new PairTerm(loss.value(), loss.slope(), 0), 1));
      terms.set(rejected[i], terms.get(rejected[i]).plus(new PairTerm(0, 0, -loss.slope()), 1));
    }
    return terms;
  }

  private Slope loss(double difference) {
    Slope slope = new Sigmoid(labelSmoothing).at(beta * difference);
    return new Slope(slope.value(), beta * slope.slope());
  }

  /** Indices of the pairs by a value, ascending. */
  private static int[] order(List<Pair> batch, ToDoubleFunction<Pair> value) {
    Integer[] order = new Integer[batch.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> value.applyAsDouble(batch.get(i))));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
