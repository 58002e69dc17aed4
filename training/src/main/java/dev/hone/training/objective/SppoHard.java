package dev.hone.training.objective;

/**
 * {@code sppo_hard}: {@code (r(w) - 1 / (2 b))² + (r(l) + 1 / (2 b))²} (Wu et al. 2024, "Self-Play
 * Preference Optimization", equation 4.7, with a winner that is preferred for certain).
 *
 * <p>Worked example: r = 0 for both, b = 0.1, costs 50.
 *
 * @param beta b, above 0
 */
public record SppoHard(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    double winner = pair.chosen().logRatio() - 0.5 / beta;
    double loser = pair.rejected().logRatio() + 0.5 / beta;
    return new PairTerm(winner * winner + loser * loser, 2 * winner, 2 * loser);
  }
}
