package dev.hone.training.bench;

import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.training.kernels.CounterRandom;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Weights as a model has them before it has seen anything: norms are 1, biases 0, all else is
 * normal with a standard deviation of {@value #DEVIATION} ({@code initializer_range}). They are
 * made when they are read, element by element from the seed, and never kept.
 *
 * <p>A sequence of 16 random bits chooses one of {@value #NORMALS} normal numbers: four elements
 * for each draw of 64 bits, so that eight billion weights take seconds.
 */
public final class RandomWeights implements Weights {
  private static final double DEVIATION = 0.02;
  private static final int NORMALS = 1 << 16;

  private final Weights shapes;
  private final long seed;
  private final float[] normals = new float[NORMALS];

  /**
   * @param shapes names and shapes of the tensors; no value of them is read
   */
  public RandomWeights(Weights shapes, long seed) {
    this.shapes = shapes;
    this.seed = seed;
    Random random = new Random(seed);
    for (int i = 0; i < NORMALS; i++) {
      normals[i] = (float) (DEVIATION * random.nextGaussian());
    }
  }

  @Override
  public Set<String> names() {
    return shapes.names();
  }

  @Override
  public TensorInfo info(String name) {
    return shapes.info(name);
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    if (info(name).shape().length < 2) {
      float value = name.endsWith("norm.weight") ? 1 : 0;
      while (target.hasRemaining()) {
        target.put(value);
      }
      return;
    }
    long own = CounterRandom.bits(seed, name.hashCode());
    long draw = -1;
    long bits = 0;
    for (long i = offset; target.hasRemaining(); i++) {
      if (i >>> 2 != draw) {
        draw = i >>> 2;
        bits = CounterRandom.bits(own, draw);
      }
      target.put(normals[(int) (bits >>> (16 * (i & 3))) & (NORMALS - 1)]);
    }
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return Optional.empty();
  }
}
