package dev.hone.training.benchmarks;

import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLosses;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;

/** The 64 likeliest of 49,152 tokens of 256 rows, and the loss by them. */
public class DistillationBenchmark extends Bench {
  private static final int VOCABULARY = 49_152;
  private static final int CHUNK = 256;
  private static final int K = 64;

  private final double[] coefficients = new double[CHUNK];
  private final TokenLosses losses = TokenLosses.allocate(CHUNK);
  private final Teaching said = new Teaching(K, new int[CHUNK * K], new float[CHUNK * K]);
  private final Taught taught =
      new Taught(
          said,
          new DistillationLoss(DistillationLoss.Divergence.FORWARD, 1, 0.5, 0.9, 0.1),
          new double[CHUNK]);
  private int[] targets;
  private Tensor logits;
  private Tensor gradient;

  @Override
  void allocate() {
    logits = plain(CHUNK, VOCABULARY);
    gradient = plain(CHUNK, VOCABULARY);
    targets = below(VOCABULARY, CHUNK);
    Arrays.fill(coefficients, 1);
    kernels.topLogProbabilities(logits, K, 0, CHUNK, said.ids(), said.logps());
  }

  @Benchmark
  public void teach() {
    kernels.topLogProbabilities(logits, K, 0, CHUNK, said.ids(), said.logps());
  }

  @Benchmark
  public void forwardWithGradient() {
    kernels.distillationWithGradient(
        logits, 0, targets, coefficients, taught, 0, CHUNK, losses, gradient);
  }
}
