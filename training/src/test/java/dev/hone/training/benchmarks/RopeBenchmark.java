package dev.hone.training.benchmarks;

import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;

/** Rotation of nine heads of {@code [1024, 576]}; a rotation keeps the size of what it turns. */
public class RopeBenchmark extends Bench {
  private final int[] positions = IntStream.range(0, ROWS).map(t -> t % (ROWS / 2)).toArray();
  private Tensor x;
  private Tensor cos;
  private Tensor sin;

  @Override
  void allocate() {
    x = activation(ROWS, HIDDEN);
    cos = kernels.allocate(ROWS / 2, HEAD_SIZE / 2);
    sin = kernels.allocate(ROWS / 2, HEAD_SIZE / 2);
    float[] values = new float[ROWS / 2 * HEAD_SIZE / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(i);
    }
    kernels.write(FloatBuffer.wrap(values), cos, 0);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    kernels.write(FloatBuffer.wrap(values), sin, 0);
  }

  @Benchmark
  public void forward() {
    kernels.rope(x, cos, sin, positions, HEADS, ROWS, false);
  }

  @Benchmark
  public void backward() {
    kernels.rope(x, cos, sin, positions, HEADS, ROWS, true);
  }
}
