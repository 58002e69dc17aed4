package dev.hone.training.benchmarks;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** An optimizer step of a matrix {@code [1536, 576]}, and the norm of its gradient. */
public class AdamWBenchmark extends Bench {
  private Tensor parameter;
  private Tensor gradient;
  private Tensor first;
  private Tensor second;
  private long step;

  @Override
  void allocate() {
    parameter = plain(INTERMEDIATE, HIDDEN);
    gradient = plain(INTERMEDIATE, HIDDEN);
    first = kernels.allocate(INTERMEDIATE, HIDDEN);
    second = kernels.allocate(INTERMEDIATE, HIDDEN);
  }

  @Benchmark
  public void step() {
    kernels.adamW(
        parameter, gradient, first, second, new AdamWStep(1e-5, 0.9, 0.999, 1e-8, 0.01, ++step, 1));
  }

  @Benchmark
  public double norm() {
    return kernels.sumOfSquares(gradient);
  }
}
