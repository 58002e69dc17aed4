package dev.hone.training.trainer;

import dev.hone.training.collective.Exchange;
import dev.hone.training.objective.Means;
import dev.hone.training.parallel.RankBatch;
import dev.hone.training.parallel.RankMode;
import java.util.Optional;

/** Adds up the steps between two reports, and what all ranks read in them. */
final class MetricWindow {
  private final TrainPlan plan;
  private final Exchange ranks;

  /** Read by this rank; the first has those of an earlier run too. */
  private long totalTokens;

  private long steps;
  private long passes;
  private double lossOfSteps;
  private Means means = new Means();
  private double gradNorm;
  private double learningRate;
  private long tokens;
  private long nanos;

  /**
   * @param tokensBefore read by all ranks before this run
   */
  MetricWindow(TrainPlan plan, Exchange ranks, long tokensBefore) {
    this.plan = plan;
    this.ranks = ranks;
    this.totalTokens = ranks.rank() == 0 ? tokensBefore : 0;
  }

  void add(
      RankBatch batch, Optional<RankMode.Passed> passed, double stepLearningRate, long stepNanos) {
    steps++;
    passed.ifPresent(this::add);
    learningRate = stepLearningRate;
    tokens += batch.tokens();
    totalTokens += batch.tokens();
    nanos += stepNanos;
  }

  private void add(RankMode.Passed passed) {
    passes++;
    lossOfSteps += passed.loss().loss();
    means.addAll(passed.loss().metrics());
    gradNorm = passed.gradNorm();
  }

  /** Tokens that all ranks have read. */
  long totalTokens() {
    return (long) ranks.sums((double) totalTokens)[0];
  }

  /**
   * The metrics of the steps added since the last call, which last as long as the slowest rank.
   *
   * @param measured whose passes are taken together
   */
  StepMetrics close(long step, Exchange measured) {
    double[] sums =
        measured.sums(lossOfSteps, (double) passes, passes > 0 ? gradNorm : 0, passes > 0 ? 1 : 0);
    long allTokens = 0;
    long newTokens = 0;
    double seconds = 0;
    for (double[] rank : ranks.rows((double) totalTokens, (double) tokens, nanos / 1e9)) {
      allTokens += (long) rank[0];
      newTokens += (long) rank[1];
      seconds = Math.max(seconds, rank[2]);
    }
    StepMetrics metrics =
        new StepMetrics(
            step,
            plan.epochAfter(step),
            sums[0] / sums[1],
            sums[2] / sums[3],
            learningRate,
            allTokens,
            means.over(measured).values(),
            newTokens / seconds,
            seconds / steps);
    steps = 0;
    passes = 0;
    lossOfSteps = 0;
    means = new Means();
    tokens = 0;
    nanos = 0;
    return metrics;
  }
}
