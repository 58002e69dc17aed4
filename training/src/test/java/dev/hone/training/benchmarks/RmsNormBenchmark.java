package dev.hone.training.benchmarks;

import dev.hone.training.kernels.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** Root mean square normalisation of {@code [1024, 576]}. */
public class RmsNormBenchmark extends Bench {
  private Tensor x;
  private Tensor weight;
  private Tensor rstd;
  private Tensor y;
  private Tensor dX;
  private Tensor dWeight;

  @Override
  void allocate() {
    x = plain(ROWS, HIDDEN);
    weight = plain(HIDDEN);
    rstd = plain(ROWS);
    y = activation(ROWS, HIDDEN);
    dX = plain(ROWS, HIDDEN);
    dWeight = plain(HIDDEN);
  }

  @Benchmark
  public void forward() {
    kernels.rmsNorm(x, weight, 0, y, rstd, ROWS, 1e-5);
  }

  @Benchmark
  public void backward() {
    kernels.rmsNormBackwardInput(y, x, weight, 0, rstd, dX, ROWS, 0);
    kernels.rmsNormBackwardWeight(y, x, rstd, dWeight, ROWS);
  }
}
