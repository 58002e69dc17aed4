package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.TokenLosses;

/** Softmax, loss, best token, entropy and gradient of one row of logits in one visit. */
final class CpuCrossEntropy {
  private final Workers workers;

  CpuCrossEntropy(Workers workers) {
    this.workers = workers;
  }

  /**
   * See {@link dev.hone.training.kernels.Kernels#crossEntropyWithGradient}.
   *
   * @param cap of the logits; 0: none
   * @param coefficients null: no gradient is wanted
   */
  void run(
      CpuTensor logits,
      float cap,
      int[] targets,
      double[] coefficients,
      TokenLoss loss,
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
            measure(row, width, targets[token], token, losses, sums);
            if (coefficients != null) {
              double c = coefficients[token];
              double nll = losses.nll()[token];
              double logSumExp = losses.logSumExp()[token];
              float onSoftmax = (float) (c * loss.onSoftmax(nll, logSumExp) / sums[0]);
              float onEach = (float) (c * loss.onEach(nll, width));
              RowMath.shiftScaled(row, onSoftmax, -onEach, width);
              row[targets[token]] -= (float) (c * loss.onTarget(nll));
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
   * Turns a row of logits to exponentials, and fills what is found of its target.
   *
   * @param token where in losses
   * @param sums filled as {@link RowMath#softmaxSums} does
   */
  static void measure(
      float[] row, int width, int target, int token, TokenLosses losses, double[] sums) {
    float max = RowMath.max(row, 0, width);
    losses.best()[token] = indexOf(row, max, width);
    float targetLogit = row[target];
    RowMath.softmaxSums(row, max, width, sums);
    double sum = sums[0];
    double logSumExp = Math.log(sum) + max;
    losses.nll()[token] = logSumExp - targetLogit;
    losses.entropy()[token] = Math.log(sum) - sums[1] / sum;
    losses.meanLogit()[token] = max + sums[2] / width;
    losses.logSumExp()[token] = logSumExp;
  }

  /** The first place of the largest value; 0 if it is not a number. */
  private static int indexOf(float[] row, float max, int width) {
    for (int i = 0; i < width; i++) {
      if (row[i] == max) {
        return i;
      }
    }
    return 0;
  }
}
