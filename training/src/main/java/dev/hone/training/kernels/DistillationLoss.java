package dev.hone.training.kernels;

import java.io.Serializable;

/**
 * What is minimised of each target where a teacher has said what it expects there (Hinton et al.
 * 2015, "Distilling the Knowledge in a Neural Network"):
 *
 * <pre>
 * loss = ceAlpha * nll + alpha * T² * D(P, Q)
 * </pre>
 *
 * <p><b>Outcomes.</b> P and Q are the distributions of teacher and student over the teacher's k
 * likeliest tokens and one more outcome, "any other token", whose probability is 1 less the sum of
 * the k, of both alike, and at least {@link #FLOOR}. Where k is the whole vocabulary there is no
 * other token, and D is that of the whole distributions. The temperature T acts on outcomes: {@code
 * P = softmax(log p / T)} and {@code Q = softmax(log q / T)}, with p and q at temperature 1, so
 * that D is 0 at every T where the student gives these outcomes what the teacher does. With the
 * whole vocabulary that is the softmax of logits over T.
 *
 * <p><b>D</b> is {@code KL(P‖Q)}, {@code KL(Q‖P)}, or with {@code M = beta P + (1 - beta) Q} the
 * generalised Jensen-Shannon divergence {@code beta KL(P‖M) + (1 - beta) KL(Q‖M)} (Agarwal et al.
 * 2024, "On-Policy Distillation of Language Models", equation 1; as TRL's GKDTrainer has it).
 *
 * <p><b>Gradient.</b> With g_j the derivative by log q_j, which is {@code (Q_j - P_j) / T} of
 * {@code KL(P‖Q)}, {@code Q_j (log Q_j - log P_j - D) / T} of {@code KL(Q‖P)}, and {@code (h_j -
 * Q_j sum(h)) / T} of the third, where {@code h_j = (1 - beta) Q_j (log Q_j - log M_j)}: the
 * derivative by the logit of one of the k tokens is its {@code g_j}; by that of another token v it
 * is the g of "any other", times the share that v has of it, {@code q_v / q_other}. Where {@link
 * #FLOOR} holds q_other up, its g counts as 0, and {@code q_v} times the sum of all g is taken off
 * each.
 *
 * <p>Axolotl, whose keys these are, renormalises both over the k tokens and drops the rest ({@code
 * kd_normalize_topk}), so that a student may give all it likes to tokens that the teacher finds
 * unlikely. Its factors and its T² are the same.
 *
 * <p>Worked example: k = 1, the teacher gives its token 0.5 and the student 0.25, T = 1. {@code
 * KL(P‖Q) = 0.5 log 2 + 0.5 log(2/3) = 0.14384}, {@code KL(Q‖P) = 0.25 log 0.5 + 0.75 log 1.5 =
 * 0.13081}; the forward one's derivative by the logit of that token is 0.25 - 0.5.
 *
 * @param divergence which D
 * @param temperature T, above 0
 * @param beta part of the teacher in M, between 0 and 1; of {@code JS} alone
 * @param alpha {@code kd_alpha}
 * @param ceAlpha {@code kd_ce_alpha}
 */
public record DistillationLoss(
    Divergence divergence, double temperature, double beta, double alpha, double ceAlpha)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The least probability of "any other token": below it, what is left of 1 is rounding, as
   * log-probabilities are kept in 32 bits.
   */
  public static final double FLOOR = 1e-6;

  /** Which way a distribution is measured against another. */
  public enum Divergence {
    /** {@code KL(P‖Q)}: the student covers all that the teacher finds likely. */
    FORWARD,
    /** {@code KL(Q‖P)}: the student keeps off what the teacher finds unlikely. */
    REVERSE,
    /** Generalised Jensen-Shannon, between both. */
    JS
  }

  /**
   * The loss of a target.
   *
   * @param scaledDivergence T² D, as {@link Taught#divergences} has it
   */
  public double of(double nll, double scaledDivergence) {
    return ceAlpha * nll + alpha * scaledDivergence;
  }
}
