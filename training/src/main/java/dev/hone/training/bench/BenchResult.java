package dev.hone.training.bench;

import java.util.List;

/**
 * What a benchmark of training steps found.
 *
 * @param tokensPerSecond of the median step
 * @param stepSeconds of the median step
 * @param peakRssBytes most memory that the whole process ever had; 0 where the system does not say
 * @param baseWeightBytes memory of the base model's weights
 * @param optimizerStateBytes memory of the optimizer's state
 * @param gflops {@link dev.hone.training.model.StepFlops} of a step by its time, in GFLOP/s
 * @param gemmGflops what a product of matrices reaches in the same process, in GFLOP/s
 * @param loss mean loss of the last step, in nats
 * @param kernels where the time of a step goes, the longest first
 */
public record BenchResult(
    double tokensPerSecond,
    double stepSeconds,
    long peakRssBytes,
    long baseWeightBytes,
    long optimizerStateBytes,
    double gflops,
    double gemmGflops,
    double loss,
    List<KernelTime> kernels) {

  /** The part of the time that a step would take if it were its products alone. */
  public double gemmShare() {
    return gflops / gemmGflops;
  }
}
