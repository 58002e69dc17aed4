package dev.hone.training.model;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.WeightDecay;
import java.util.Optional;

/** The losses of an adapter that learns one row by heart. */
final class LearningCurve {
  private LearningCurve() {}

  /** The loss before each of so many steps. */
  static double[] of(
      ModelDirectory base, LoraSpec adapter, Kernels kernels, PackedRow row, int steps) {
    CausalLm model = CausalLm.load(base, Optional.of(adapter), kernels, 16, 1);
    AdamW optimizer =
        new AdamW(model.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0, false));
    double[] losses = new double[steps];
    for (int step = 0; step < steps; step++) {
      model.zeroGradients();
      losses[step] = model.forwardBackward(row, 1 / row.weightSum()).mean();
      optimizer.step(0.01, 1);
    }
    return losses;
  }
}
