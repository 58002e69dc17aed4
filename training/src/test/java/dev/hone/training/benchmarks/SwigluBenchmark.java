package dev.hone.training.benchmarks;

import dev.hone.formats.model.Activation;
import dev.hone.training.kernels.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** {@code silu(gate) * up} of {@code [1024, 1536]}. */
public class SwigluBenchmark extends Bench {
  private Tensor gate;
  private Tensor up;
  private Tensor y;
  private Tensor dGate;
  private Tensor dUp;

  @Override
  void allocate() {
    gate = activation(ROWS, INTERMEDIATE);
    up = activation(ROWS, INTERMEDIATE);
    y = activation(ROWS, INTERMEDIATE);
    dGate = activation(ROWS, INTERMEDIATE);
    dUp = activation(ROWS, INTERMEDIATE);
  }

  @Benchmark
  public void forward() {
    kernels.glu(Activation.SILU, gate, up, y, ROWS);
  }

  @Benchmark
  public void backward() {
    kernels.gluBackward(Activation.SILU, y, gate, up, dGate, dUp, ROWS);
  }
}
