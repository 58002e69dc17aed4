package dev.hone.training.kernels;

import java.io.Serializable;

/**
 * What is minimised of each target, beside its negative log-likelihood. With p the probability of
 * the target, Z the sum of the exponentials of its V logits x, and p as a factor without gradient:
 *
 * <pre>
 * loss = f * ((1 - labelSmoothing) * nll + labelSmoothing * (log Z - mean(x))) + zLoss * (log Z)²
 * </pre>
 *
 * where f is p for {@code dynamic}, and else 1. Label smoothing is Szegedy et al. 2016, section 7,
 * as Transformers' {@code LabelSmoother} has it; the z-loss is PaLM's (Chowdhery et al. 2022,
 * section 5); dynamic fine-tuning is Wu et al. 2025, equation 9. The derivative by logit v is
 * {@code onSoftmax * softmax(x)_v - onTarget * [v is the target] - onEach}.
 *
 * <p>Worked example: of two equal logits 0, nll = log Z = log 2. With labelSmoothing 0.1 the loss
 * is log 2 still, as the other token is as likely; with zLoss 0.5 it is log 2 + 0.24.
 *
 * @param labelSmoothing part of the target that every token of the vocabulary shares
 * @param zLoss weight of the square of log Z
 * @param dynamic whether the loss counts as much as the target is likely
 */
public record TokenLoss(double labelSmoothing, double zLoss, boolean dynamic)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The negative log-likelihood. */
  public static final TokenLoss NLL = new TokenLoss(0, 0, false);

  private double factor(double nll) {
    return dynamic ? Math.exp(-nll) : 1;
  }

  /**
   * The loss of a target.
   *
   * @param logSumExp log Z
   * @param meanLogit of the logits
   */
  public double of(double nll, double logSumExp, double meanLogit) {
    double smooth = labelSmoothing * (logSumExp - meanLogit);
    double likelihood = factor(nll) * ((1 - labelSmoothing) * nll + smooth);
    return likelihood + zLoss * logSumExp * logSumExp;
  }

  /** What the derivative has of the softmax. */
  public double onSoftmax(double nll, double logSumExp) {
    return factor(nll) + 2 * zLoss * logSumExp;
  }

  /** What it has less at the target. */
  public double onTarget(double nll) {
    return factor(nll) * (1 - labelSmoothing);
  }

  /** What it has less everywhere. */
  public double onEach(double nll, int vocabulary) {
    return labelSmoothing == 0 ? 0 : factor(nll) * labelSmoothing / vocabulary;
  }
}
