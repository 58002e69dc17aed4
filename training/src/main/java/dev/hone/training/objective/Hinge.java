package dev.hone.training.objective;

/**
 * {@code hinge}: {@code max(0, 1 - m)} of the margin m (Zhao et al. 2023, "SLiC-HF", equation 1;
 * Liu et al. 2023, "RSO", equation 9).
 *
 * <p>Worked example: m = 0.25 costs 0.75, m = 2 costs 0.
 */
public record Hinge() implements MarginFunction {
  @Override
  public Slope at(double margin) {
    return margin < 1 ? new Slope(1 - margin, -1) : new Slope(0, 0);
  }
}
