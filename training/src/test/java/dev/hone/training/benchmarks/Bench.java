package dev.hone.training.benchmarks;

import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks share: which kernels, and tensors of random values. The sizes are those of
 * SmolLM2-135M on {@value #ROWS} tokens in two documents.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
// Loops of the Vector API are hundreds of times slower until the second compiler has seen them.
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class Bench {
  static final int ROWS = 1024;
  static final int HIDDEN = 576;
  static final int INTERMEDIATE = 1536;
  static final int HEADS = 9;
  static final int KEY_HEADS = 3;
  static final int HEAD_SIZE = 64;
  static final Documents DOCUMENTS = Documents.apart(new int[] {0, ROWS / 2}, ROWS);

  /** cpu-bf16 is emulated, and slow, where the CPU does not multiply bf16. */
  @Param({"reference", "cpu-f32", "cpu-bf16"})
  public String implementation;

  Kernels kernels;
  private final Random random = new Random(1);

  /** Opens the kernels, and allocates. */
  @Setup
  public void open() {
    int threads = Runtime.getRuntime().availableProcessors();
    kernels =
        switch (implementation) {
          case "cpu-f32" -> new CpuKernels(threads, Precision.F32);
          case "cpu-bf16" -> new CpuKernels(threads, Precision.BF16);
          default -> new ReferenceKernels(DataType.FLOAT);
        };
    allocate();
  }

  /** The tensors of a benchmark. */
  abstract void allocate();

  /** An activation of random values. */
  Tensor activation(int... shape) {
    return filled(kernels.operand(IntStream.of(shape).asLongStream().toArray()));
  }

  /** Random values in f32, whatever the precision. */
  Tensor plain(int... shape) {
    return filled(kernels.allocate(IntStream.of(shape).asLongStream().toArray()));
  }

  private Tensor filled(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }

  /** Random numbers below a bound. */
  int[] below(int bound, int count) {
    return random.ints(count, 0, bound).toArray();
  }
}
