package dev.hone.training.trainer;

import dev.hone.training.data.PackedRow;
import dev.hone.training.model.LossSum;
import dev.hone.training.optimizer.GradientClip;
import java.util.List;

/** Adds up the steps between two reports. */
final class MetricWindow {
  private final TrainPlan plan;
  private long totalTokens;

  private long steps;
  private double lossOfSteps;
  private LossSum loss = LossSum.ZERO;
  private double gradNorm;
  private double learningRate;
  private long tokens;
  private long nanos;

  MetricWindow(TrainPlan plan) {
    this.plan = plan;
  }

  void add(
      List<PackedRow> microBatches,
      LossSum stepLoss,
      GradientClip clip,
      double stepLearningRate,
      long stepNanos) {
    steps++;
    lossOfSteps += stepLoss.mean();
    loss = loss.plus(stepLoss);
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
            loss.accuracy(),
            tokens / seconds,
            seconds / steps);
    steps = 0;
    lossOfSteps = 0;
    loss = LossSum.ZERO;
    tokens = 0;
    nanos = 0;
    return metrics;
  }
}
