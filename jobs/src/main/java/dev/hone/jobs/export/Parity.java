package dev.hone.jobs.export;

import java.util.List;
import java.util.Locale;

/**
 * How far the logits of an export are from those of the model.
 *
 * @param positions that were compared
 * @param difference the largest difference of two logits
 * @param size the largest magnitude of a logit of the model
 * @param agreement positions at which both find the same token likeliest
 * @param divergence mean of {@code KL(model || export) = sum p (log p - log q)}, in nats
 */
public record Parity(
    int positions, double difference, double size, int agreement, double divergence) {

  /**
   * Compares.
   *
   * <p>Worked example: logits [0, ln 3] and [0, 0] are probabilities [1/4, 3/4] and [1/2, 1/2]. The
   * difference is ln 3 = 1.0986, the divergence {@code 1/4 ln(1/2) + 3/4 ln(3/2)} = 0.1308, and
   * they do not agree: of equal logits the first counts.
   *
   * @param model the logits {@code [V]} of every position
   * @param export the same of the export
   */
  static Parity of(List<float[]> model, List<float[]> export) {
    double difference = 0;
    double size = 0;
    double divergence = 0;
    int agreement = 0;
    for (int i = 0; i < model.size(); i++) {
      float[] expected = model.get(i);
      float[] found = export.get(i);
      for (int v = 0; v < expected.length; v++) {
        difference = worse(difference, Math.abs((double) expected[v] - found[v]));
        size = worse(size, Math.abs(expected[v]));
      }
      agreement += likeliest(expected) == likeliest(found) ? 1 : 0;
      divergence += divergence(expected, found) / model.size();
    }
    return new Parity(model.size(), difference, size, agreement, divergence);
  }

  /** The larger one, and NaN if one is. */
  private static double worse(double a, double b) {
    return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      if (logits[v] > logits[best]) {
        best = v;
      }
    }
    return best;
  }

  private static double divergence(float[] p, float[] q) {
    double normP = logSumExp(p);
    double normQ = logSumExp(q);
    double sum = 0;
    for (int v = 0; v < p.length; v++) {
      double logP = p[v] - normP;
      sum += Math.exp(logP) * (logP - (q[v] - normQ));
    }
    return sum;
  }

  private static double logSumExp(float[] logits) {
    double largest = logits[likeliest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "logits within %.3g (the largest is %.3g), KL %.3g, the same token at %d of %d positions",
        difference,
        size,
        divergence,
        agreement,
        positions);
  }
}
