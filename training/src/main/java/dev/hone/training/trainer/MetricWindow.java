package dev.hone.training.trainer;

import dev.hone.training.data.PackedRow;
import dev.hone.training.objective.Means;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.GradientClip;
import java.util.List;

/** Adds up the steps between two reports. */
final class MetricWindow {
  private final TrainPlan plan;
  private long totalTokens;

  private long steps;
  private double lossOfSteps;
  private Means means = new Means();
  private double gradNorm;
  private double learningRate;
  private long tokens;
  private long nanos;

  MetricWindow(TrainPlan plan) {
    this.plan = plan;
  }

  void add(
      List<PackedRow> microBatches,
      StepLoss stepLoss,
      GradientClip clip,
      double stepLearningRate,
      long stepNanos) {
    steps++;
    lossOfSteps += stepLoss.loss();
    means.addAll(stepLoss.metrics());
    gradNorm = clip.norm();
    learningRate = stepLearningRate;
    tokens += microBatches.stream().mapToLong(PackedRow::length).sum();
    nanos += stepNanos;
  }

  /** The metrics of the steps added since the last call. */
  StepMetrics close(long step) {
    totalTokens += tokens;
    double seconds = nanos / 1e9;
    StepMetrics metrics =
        new StepMetrics(
            step,
            plan.epochAfter(step),
            lossOfSteps / steps,
            gradNorm,
            learningRate,
            totalTokens,
            means.values(),
            tokens / seconds,
            seconds / steps);
    steps = 0;
    lossOfSteps = 0;
    means = new Means();
    tokens = 0;
    nanos = 0;
    return metrics;
  }
}
