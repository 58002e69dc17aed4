package dev.hone.training.objective;

import java.util.List;

/**
 * A loss over pairs of answers. That of a batch is the mean over its pairs, so what is asked for is
 * the loss of each, and its derivatives.
 */
public interface PairLoss {

  /** The terms of a batch, in the order of its pairs. */
  List<PairTerm> terms(List<Pair> batch);

  /**
   * Whether the loss of a pair depends on others of its batch, which is then the global batch:
   * accumulation must not change it.
   */
  default boolean comparesPairs() {
    return false;
  }

  /** A loss that looks at one pair at a time. */
  @FunctionalInterface
  interface OfEach extends PairLoss {

    /** The term of one pair. */
    PairTerm term(Pair pair);

    @Override
    default List<PairTerm> terms(List<Pair> batch) {
      return batch.stream().map(this::term).toList();
    }
  }
}
