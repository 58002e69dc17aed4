package dev.hone.training.benchmarks;

import dev.hone.training.kernels.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** The product {@code [1024, 576] x [1536, 576]ᵀ} and both of its gradients. */
public class LinearBenchmark extends Bench {
  private Tensor x;
  private Tensor weight;
  private Tensor y;
  private Tensor dX;
  private Tensor dWeight;

  @Override
  void allocate() {
    x = activation(ROWS, HIDDEN);
    weight = activation(INTERMEDIATE, HIDDEN);
    y = activation(ROWS, INTERMEDIATE);
    dX = plain(ROWS, HIDDEN);
    dWeight = plain(INTERMEDIATE, HIDDEN);
  }

  @Benchmark
  public void forward() {
    kernels.linear(x, weight, y, ROWS, 1, 0);
  }

  @Benchmark
  public void backwardInput() {
    kernels.linearBackwardInput(y, weight, dX, ROWS, 1, 0);
  }

  @Benchmark
  public void backwardWeight() {
    kernels.linearBackwardWeight(y, x, dWeight, ROWS, 1, 0);
  }
}
