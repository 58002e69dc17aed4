package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AdamWStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of the optimizers that see a tensor as one line of floats. Memory is what they wait
 * for, so each number is read and written once. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class OptimizerKernels {
  private static final VectorSpecies<Float> SPECIES = SmallGemm.SPECIES;
  private static final int LANES = SmallGemm.LANES;
  private static final int CHUNK = FlatKernels.CHUNK;

  private final FlatKernels flat;

  OptimizerKernels(FlatKernels flat) {
    this.flat = flat;
  }

  void adamW(
      CpuTensor parameter,
      CpuTensor operand,
      CpuTensor gradient,
      CpuTensor m,
      CpuTensor v,
      AdamWStep step) {
    float keep = (float) (1 - step.learningRate() * step.weightDecay());
    float b1 = (float) step.beta1();
    float c1 = (float) (1 - step.beta1());
    float b2 = (float) step.beta2();
    float c2 = (float) (1 - step.beta2());
    float size = (float) (step.learningRate() / (1 - Math.pow(step.beta1(), (double) step.step())));
    float root = (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), (double) step.step())));
    float epsilon = (float) step.epsilon();
    float clip = (float) step.gradientScale();
    flat.chunks(
        Math.toIntExact(parameter.length()),
        (worker, from, count, scratch) -> {
          float[] p = scratch.get(0, CHUNK);
          float[] g = scratch.get(1, CHUNK);
          float[] first = scratch.get(2, CHUNK);
          float[] second = scratch.get(3, CHUNK);
          parameter.load(from, p, 0, count);
          gradient.load(from, g, 0, count);
          m.load(from, first, 0, count);
          v.load(from, second, 0, count);
          // Scratch rows are whole vectors long: what lies behind count is computed too and never
          // stored.
          for (int i = 0; i < count; i += LANES) {
            FloatVector dp = FloatVector.fromArray(SPECIES, g, i).mul(clip);
            FloatVector mean = FloatVector.fromArray(SPECIES, first, i).mul(b1).add(dp.mul(c1));
            FloatVector square =
                FloatVector.fromArray(SPECIES, second, i).mul(b2).add(dp.mul(dp).mul(c2));
            mean.intoArray(first, i);
            square.intoArray(second, i);
            FloatVector update = mean.mul(size).div(square.sqrt().mul(root).add(epsilon));
            FloatVector.fromArray(SPECIES, p, i).mul(keep).sub(update).intoArray(p, i);
          }
          store(parameter, operand, from, p, count);
          m.store(from, first, 0, count);
          v.store(from, second, 0, count);
        });
  }

  /** Stores changed values, and the copy that products read while they are in the cache. */
  static void store(CpuTensor parameter, CpuTensor operand, int from, float[] values, int count) {
    parameter.store(from, values, 0, count);
    if (operand != parameter) {
      operand.store(from, values, 0, count);
    }
  }
}
