package dev.hone.training.objective;

/**
 * What a pair costs.
 *
 * @param loss in nats
 * @param byChosen derivative of the loss by the log-probability of the chosen answer
 * @param byRejected by that of the rejected answer
 */
public record PairTerm(double loss, double byChosen, double byRejected) {
  static final PairTerm ZERO = new PairTerm(0, 0, 0);

  PairTerm plus(PairTerm other, double weight) {
    return new PairTerm(
        loss + weight * other.loss,
        byChosen + weight * other.byChosen,
        byRejected + weight * other.byRejected);
  }
}
