package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.LionStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of the optimizers that see a tensor as one line of floats. Memory is what they wait
 * for, so each number is read and written once. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class OptimizerKernels {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final int CHUNK = FlatKernels.CHUNK;

  private final FlatKernels flat;

  OptimizerKernels(FlatKernels flat) {
    this.flat = flat;
  }

  void adamW(CpuTensor parameter, CpuTensor gradient, CpuTensor m, CpuTensor v, AdamWStep step) {
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
          parameter.store(from, p, 0, count);
          m.store(from, first, 0, count);
          v.store(from, second, 0, count);
        });
  }

  void lion(CpuTensor parameter, CpuTensor gradient, CpuTensor m, LionStep step) {
    float keep = (float) (1 - step.learningRate() * step.weightDecay());
    float b1 = (float) step.beta1();
    float c1 = (float) (1 - step.beta1());
    float b2 = (float) step.beta2();
    float c2 = (float) (1 - step.beta2());
    float rate = (float) step.learningRate();
    float clip = (float) step.gradientScale();
    flat.chunks(
        Math.toIntExact(parameter.length()),
        (worker, from, count, scratch) -> {
          float[] p = scratch.get(0, CHUNK);
          float[] g = scratch.get(1, CHUNK);
          float[] momentum = scratch.get(2, CHUNK);
          parameter.load(from, p, 0, count);
          gradient.load(from, g, 0, count);
          m.load(from, momentum, 0, count);
          for (int i = 0; i < count; i += LANES) {
            FloatVector dp = FloatVector.fromArray(SPECIES, g, i).mul(clip);
            FloatVector old = FloatVector.fromArray(SPECIES, momentum, i);
            FloatVector direction = old.mul(b1).add(dp.mul(c1));
            FloatVector update =
                FloatVector.zero(SPECIES)
                    .blend(rate, direction.compare(VectorOperators.GT, 0f))
                    .blend(-rate, direction.compare(VectorOperators.LT, 0f));
            old.mul(b2).add(dp.mul(c2)).intoArray(momentum, i);
            FloatVector.fromArray(SPECIES, p, i).mul(keep).sub(update).intoArray(p, i);
          }
          parameter.store(from, p, 0, count);
          m.store(from, momentum, 0, count);
        });
  }

  void adafactorOfVector(CpuTensor parameter, CpuTensor gradient, CpuTensor v, AdafactorStep step) {
    int length = Math.toIntExact(parameter.length());
    float[] g = new float[length];
    float[] p = new float[length];
    float[] second = new float[length];
    gradient.load(0, g, 0, length);
    parameter.load(0, p, 0, length);
    v.load(0, second, 0, length);
    double scale = step.gradientScale();
    double squares = 0;
    for (int i = 0; i < length; i++) {
      double square = scale * g[i] * scale * g[i] + step.epsilon();
      second[i] = (float) (step.decay() * second[i] + (1 - step.decay()) * square);
      g[i] = (float) (scale * g[i] / Math.sqrt(second[i]));
      squares += (double) g[i] * g[i];
    }
    double clip = Math.max(1, Math.sqrt(squares / length) / step.clipThreshold());
    double keep = 1 - step.learningRate() * step.weightDecay();
    for (int i = 0; i < length; i++) {
      p[i] = (float) (keep * p[i] - step.learningRate() / clip * g[i]);
    }
    v.store(0, second, 0, length);
    parameter.store(0, p, 0, length);
  }
}
