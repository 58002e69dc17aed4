package dev.hone.training.objective;

/** The logistic function without overflow. */
final class Logistic {
  private Logistic() {}

  /** {@code 1 / (1 + exp(-x))}. */
  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  /** {@code log(sigmoid(x))}. */
  static double logSigmoid(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }
}
