package dev.hone.training.kernels.cpu;

import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.TokenLosses;

/**
 * The loss of a teacher in one visit of a row of logits: one exponential of each logit serves the
 * likelihood, the probability of "any other token" and the gradient. All that is of the k tokens is
 * in double.
 */
final class CpuDistillation {
  private final Workers workers;
  private final Outcomes[] outcomes;

  CpuDistillation(Workers workers) {
    this.workers = workers;
    this.outcomes = new Outcomes[workers.threads()];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = new Outcomes();
    }
  }

  /**
   * See {@link dev.hone.training.kernels.Kernels#distillationWithGradient}.
   *
   * @param cap of the logits; 0: none
   * @param coefficients null: no gradient is wanted
   */
  void run(
      CpuTensor logits,
      float cap,
      int[] targets,
      double[] coefficients,
      Taught taught,
      int from,
      int rows,
      TokenLosses losses,
      CpuTensor gradient) {
    int width = logits.width();
    workers.split(
        rows,
        1,
        (worker, first, last, scratch) -> {
          float[] row = scratch.get(0, width);
          double[] sums = new double[3];
          for (int i = first; i < last; i++) {
            int token = from + i;
            logits.load(i * width, row, 0, width);
            Outcomes found = outcomes[worker];
            double others = measure(row, width, taught, targets, token, losses, sums, found);
            if (coefficients != null) {
              slopes(row, width, taught, token, coefficients[token], sums[0], others, found);
              row[targets[token]] -= (float) (coefficients[token] * taught.loss().ceAlpha());
              if (cap > 0) {
                float[] capped = scratch.get(1, width);
                logits.load(i * width, capped, 0, width);
                RowMath.capSlope(row, capped, cap, width);
              }
              gradient.store(i * width, row, 0, width);
            }
          }
        });
  }

  /**
   * Turns logits to exponentials, which are 0 at the k tokens, and fills what is found of the
   * target.
   *
   * @param sums filled as {@link RowMath#softmaxSums} does
   * @return sum of the exponentials of all other tokens
   */
  private static double measure(
      float[] row,
      int width,
      Taught taught,
      int[] targets,
      int token,
      TokenLosses losses,
      double[] sums,
      Outcomes found) {
    Teaching teaching = taught.teaching();
    int k = teaching.k();
    found.reserve(k + 1);
    double[] teacher = found.teacher();
    double[] student = found.student();
    double rest = 1;
    for (int j = 0; j < k; j++) {
      teacher[j] = teaching.logps()[token * k + j];
      student[j] = row[teaching.ids()[token * k + j]];
      rest -= Math.exp(teacher[j]);
    }
    CpuCrossEntropy.measure(row, width, targets[token], token, losses, sums);
    for (int j = 0; j < k; j++) {
      student[j] -= losses.logSumExp()[token];
      int id = teaching.ids()[token * k + j];
      found.exponentials()[j] = row[id];
      row[id] = 0;
    }
    double others = RowMath.sum(row, width);
    teacher[k] = Math.log(Math.max(rest, DistillationLoss.FLOOR));
    student[k] = Math.log(Math.max(others / sums[0], DistillationLoss.FLOOR));
    taught.divergences()[token] = found.measure(taught.loss(), k < width ? k + 1 : k);
    return others;
  }

  /**
   * Turns what {@link #measure} left to the gradient, but for what the target has of it.
   *
   * @param sum of all exponentials
   * @param others sum of those of all but the k tokens
   */
  private void slopes(
      float[] row,
      int width,
      Taught taught,
      int token,
      double coefficient,
      double sum,
      double others,
      Outcomes found) {
    Teaching teaching = taught.teaching();
    int k = teaching.k();
    double[] slopes = found.slopes();
    double ce = coefficient * taught.loss().ceAlpha();
    double kd = coefficient * taught.loss().alpha();
    boolean moves = k < width && others / sum > DistillationLoss.FLOOR;
    double total = moves ? slopes[k] : 0;
    for (int j = 0; j < k; j++) {
      total += slopes[j];
    }
    double each = (ce - kd * total) / sum;
    RowMath.scale(row, 0, (float) (moves ? each + kd * slopes[k] / others : each), width);
    for (int j = 0; j < k; j++) {
      int id = teaching.ids()[token * k + j];
      row[id] = (float) (kd * slopes[j] + each * found.exponentials()[j]);
    }
  }
}
