package dev.hone.training.trainer;

import dev.hone.training.collective.Collective;
import dev.hone.training.collective.Exchange;
import dev.hone.training.objective.Means;
import dev.hone.training.parallel.RankBatch;
import dev.hone.training.parallel.RankMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds up the steps between two reports, and what all ranks read in them. */
final class MetricWindow {
  private final TrainPlan plan;
  private final Collective ranks;

  /** Read by this rank; the first has those of an earlier run too. */
  private long totalTokens;

  /** Not taken by this rank; the first has those of an earlier run too. */
  private long skipped;

  private long allSkipped;
  private long steps;
  private long passes;
  private double lossOfSteps;
  private Means means = new Means();
  private double gradNorm;
  private double learningRate;
  private long tokens;
  private long nanos;
  private long callNanos;
  private long waitNanos;
  private long bytesBefore;

  /**
   * @param tokensBefore read by all ranks before this run
   * @param skippedBefore steps that were not taken before this run
   */
  MetricWindow(TrainPlan plan, Collective ranks, long tokensBefore, long skippedBefore) {
    this.plan = plan;
    this.bytesBefore = ranks.bytesSent();
    this.ranks = ranks;
    this.totalTokens = ranks.rank() == 0 ? tokensBefore : 0;
    this.skipped = ranks.rank() == 0 ? skippedBefore : 0;
    this.allSkipped = skippedBefore;
  }

  /**
   * Adds a step.
   *
   * @param passed what it came to; empty if it was not taken or this rank had no part in it
   * @param stepNanos that it took
   * @param ringNanos of which passed in calls to other ranks
   * @param waitedNanos of these, what did not pass beside work of this rank's
   */
  void add(
      RankBatch batch,
      Optional<RankMode.Passed> passed,
      double stepLearningRate,
      long stepNanos,
      long ringNanos,
      long waitedNanos) {
    steps++;
    passed.ifPresent(this::add);
    learningRate = stepLearningRate;
    tokens += batch.tokens();
    totalTokens += batch.tokens();
    nanos += stepNanos;
    callNanos += ringNanos;
    waitNanos += waitedNanos;
  }

  private void add(RankMode.Passed passed) {
    passes++;
    lossOfSteps += passed.loss().loss();
    means.addAll(passed.loss().metrics());
    gradNorm = passed.gradNorm();
  }

  /** The step that will be added was not taken. */
  void skip() {
    skipped++;
  }

  /** {@code skipped_steps} as of the last line. */
  long skippedSteps() {
    return allSkipped;
  }

  /** Tokens that all ranks have read. */
  long totalTokens() {
    return (long) ranks.sums((double) totalTokens)[0];
  }

  /** What this rank tells the others of its steps. */
  private double[] counts() {
    return new double[] {
      totalTokens,
      tokens,
      nanos / 1e9,
      ranks.bytesSent() - bytesBefore,
      callNanos / 1e9,
      Math.max(0, waitNanos) / 1e9,
      ResidentMemory.bytes()
    };
  }

  /**
   * The metrics of the steps added since the last call, which last as long as the slowest rank.
   *
   * @param measured whose passes are taken together
   */
  StepMetrics close(long step, Exchange measured) {
    double[] sums =
        measured.sums(
            lossOfSteps,
            (double) passes,
            passes > 0 ? gradNorm : 0,
            passes > 0 ? 1 : 0,
            (double) skipped);
    allSkipped = (long) sums[4];
    long allTokens = 0;
    long newTokens = 0;
    double seconds = 0;
    double sent = 0;
    double shares = 0;
    List<RankSteps> each = new ArrayList<>();
    for (double[] rank : ranks.rows(counts())) {
      allTokens += (long) rank[0];
      newTokens += (long) rank[1];
      seconds = Math.max(seconds, rank[2]);
      sent += rank[3];
      shares += rank[4] / rank[2];
      each.add(new RankSteps((rank[2] - rank[5]) / steps, rank[5] / steps, (long) rank[6]));
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
            seconds / steps,
            ranks.size() == 1
                ? Map.of()
                : Map.of("bytes_sent", sent, "communication_share", shares / ranks.size()),
            List.copyOf(each),
            allSkipped);
    bytesBefore = ranks.bytesSent();
    callNanos = 0;
    waitNanos = 0;
    steps = 0;
    passes = 0;
    lossOfSteps = 0;
    means = new Means();
    tokens = 0;
    nanos = 0;
    return metrics;
  }
}
