package dev.hone.training.schedule;

import java.io.Serializable;

/**
 * The shape of a learning-rate schedule, by the formulas of Transformers' {@code optimization.py}
 * ({@code get_*_schedule}) and, where they add to them, of Axolotl's {@code schedulers.py}.
 */
public sealed interface LrCurve extends Serializable
    permits Constant,
        CosineDecay,
        CosineRestarts,
        CosineWarmup,
        InverseSqrt,
        LinearDecay,
        PolynomialDecay,
        WarmupStableDecay {

  /** {@code constant}: the peak, whatever the warm-up. */
  LrCurve CONSTANT = new Constant(false);

  /** {@code constant_with_warmup}. */
  LrCurve CONSTANT_WITH_WARMUP = new Constant(true);

  /** {@code linear}. */
  LrCurve LINEAR = new LinearDecay();

  /** {@code cosine}: half a wave, down to 0. */
  LrCurve COSINE = new CosineDecay(CosineDecay.HALF_WAVE, 0, 1, false);

  /**
   * What the peak is multiplied by at one step.
   *
   * @param stepsDone optimizer steps done before it, from 0
   * @param run the numbers of the run
   */
  double factor(long stepsDone, LrSchedule run);
}
