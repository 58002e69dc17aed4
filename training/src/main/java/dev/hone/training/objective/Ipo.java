package dev.hone.training.objective;

/**
 * {@code ipo}: {@code (m - 1 / (2 tau))²} of the margin m of scores, not multiplied by beta, which
 * is tau here (Azar et al. 2023, equation 17). The scores are those of a token, as TRL and the
 * authors have them.
 *
 * <p>Worked example: m = 1, tau = 0.1 costs 16.
 *
 * @param tau {@code rl_beta}, above 0
 */
public record Ipo(double tau) implements MarginFunction {
  @Override
  public Slope at(double margin) {
    double distance = margin - 1 / (2 * tau);
    return new Slope(distance * distance, 2 * distance);
  }
}
