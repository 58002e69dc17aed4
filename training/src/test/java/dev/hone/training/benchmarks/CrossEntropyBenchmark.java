package dev.hone.training.benchmarks;

import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.TokenLosses;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;

/** Loss of 256 rows of logits over a vocabulary of 49,152. */
public class CrossEntropyBenchmark extends Bench {
  private static final int VOCABULARY = 49_152;
  private static final int CHUNK = 256;

  private final double[] coefficients = new double[CHUNK];
  private final TokenLosses losses = TokenLosses.allocate(CHUNK);
  private int[] targets;
  private Tensor logits;
  private Tensor gradient;

  @Override
  void allocate() {
    logits = plain(CHUNK, VOCABULARY);
    gradient = plain(CHUNK, VOCABULARY);
    targets = below(VOCABULARY, CHUNK);
    Arrays.fill(coefficients, 1);
  }

  @Benchmark
  public void forward() {
    kernels.crossEntropy(logits, targets, 0, CHUNK, losses);
  }

  @Benchmark
  public void forwardWithGradient() {
    kernels.crossEntropyWithGradient(
        logits, 0, targets, coefficients, TokenLoss.NLL, 0, CHUNK, losses, gradient);
  }
}
