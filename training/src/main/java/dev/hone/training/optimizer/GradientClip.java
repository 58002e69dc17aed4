package dev.hone.training.optimizer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import java.util.List;

/**
 * Clipping by the norm of all gradients together, as {@code torch.nn.utils.clip_grad_norm_}:
 * gradients are multiplied by {@code min(1, maxNorm / (norm + 1e-6))}. The multiplication itself is
 * left to {@link Optimizer#step}, which saves a pass over all gradients.
 *
 * <p>Example: gradients (3, 4, 0) and (12, 0) with a maximum of 1 have norm 13 and coefficient 1 /
 * 13.000001.
 *
 * @param norm global L2 norm before clipping: {@code grad_norm}
 * @param coefficient what to multiply the gradients with
 */
public record GradientClip(double norm, double coefficient) {
  private static final double EPSILON = 1e-6;

  /**
   * Measures the gradients.
   *
   * @param maxNorm {@code max_grad_norm}; 0: measure only
   */
  public static GradientClip of(List<Parameter> parameters, Kernels kernels, double maxNorm) {
    return of(squares(parameters, kernels), maxNorm);
  }

  /** Sum of the squares of all gradients. */
  public static double squares(List<Parameter> parameters, Kernels kernels) {
    double squares = 0;
    for (Parameter parameter : parameters) {
      squares += kernels.sumOfSquares(parameter.gradient());
    }
    return squares;
  }

  /** The same of gradients whose squares are known. */
  public static GradientClip of(double squares, double maxNorm) {
    double norm = Math.sqrt(squares);
    double coefficient = maxNorm > 0 ? Math.min(1, maxNorm / (norm + EPSILON)) : 1;
    return new GradientClip(norm, coefficient);
  }
}
