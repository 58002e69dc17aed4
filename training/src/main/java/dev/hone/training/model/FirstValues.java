package dev.hone.training.model;

import dev.hone.formats.model.Weights;
import dev.hone.training.kernels.CounterRandom;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;

/** What a trained tensor of an adapter holds before training. */
sealed interface FirstValues {

  /** Fills the tensor. */
  void fill(Weight weight, Kernels kernels);

  /** The values of a file. */
  record Loaded(Weights file, String name) implements FirstValues {
    @Override
    public void fill(Weight weight, Kernels kernels) {
      WeightLoader.load(file, name, kernels, weight.value());
    }
  }

  /** Those of another tensor of that length: the part of a weight that a branch begins as. */
  record Copied(Tensor from) implements FirstValues {
    @Override
    public void fill(Weight weight, Kernels kernels) {
      float[] values = new float[Math.toIntExact(weight.length())];
      kernels.read(from, 0, FloatBuffer.wrap(values));
      kernels.write(FloatBuffer.wrap(values), weight.value(), 0);
    }
  }

  /** Random numbers of A {@code [R, in]}, which the seed and the tensor's name decide. */
  record Drawn(boolean gaussian, long seed) implements FirstValues {
    @Override
    public void fill(Weight weight, Kernels kernels) {
      float[] values = new float[Math.toIntExact(weight.length())];
      long own = CounterRandom.bits(seed, weight.name().hashCode());
      double size = gaussian ? 1.0 / weight.shape()[0] : 1 / Math.sqrt((double) weight.shape()[1]);
      for (int i = 0; i < values.length; i++) {
        double drawn =
            gaussian ? CounterRandom.normal(own, i) : 2 * CounterRandom.uniform(own, i) - 1;
        values[i] = (float) (size * drawn);
      }
      kernels.write(FloatBuffer.wrap(values), weight.value(), 0);
    }
  }

  /** The lengths of the rows of the base model's weight. */
  record Lengths(RowSquares squares) implements FirstValues {
    @Override
    public void fill(Weight weight, Kernels kernels) {
      squares.writeLengths(kernels, weight.value());
    }
  }

  /** Zeros. */
  record Zeros() implements FirstValues {
    @Override
    public void fill(Weight weight, Kernels kernels) {
      kernels.zero(weight.value());
    }
  }
}
