package dev.hone.training.objective;

import java.util.ArrayList;
import java.util.List;

/**
 * A weighted sum of losses (TRL's {@code loss_type} and {@code loss_weights}), as MPO's {@code 0.8
 * sigmoid + 0.2 bco_pair} (Wang et al. 2024, "Mixed Preference Optimization").
 *
 * @param parts losses with their weights
 */
public record WeightedLosses(List<Part> parts) implements PairLoss {
  public WeightedLosses {
    parts = List.copyOf(parts);
  }

  /** A loss and what it counts. */
  public record Part(PairLoss loss, double weight) {}

  @Override
  public boolean comparesPairs() {
    return parts.stream().anyMatch(part -> part.loss().comparesPairs());
  }

  @Override
  public List<PairTerm> terms(List<Pair> batch) {
    List<PairTerm> sums = new ArrayList<>(batch.stream().map(pair -> PairTerm.ZERO).toList());
    for (Part part : parts) {
      List<PairTerm> terms = part.loss().terms(batch);
      for (int i = 0; i < sums.size(); i++) {
        sums.set(i, sums.get(i).plus(terms.get(i), part.weight()));
      }
    }
    return sums;
  }
}
