package dev.hone.training.trainer;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of the steps since the last report, by TRL's names and meanings; where ranks take
 * steps of their own, the means of theirs.
 *
 * @param step optimizer steps done
 * @param epoch epochs done
 * @param loss mean over the steps of each step's loss, which is the objective's of the whole global
 *     batch; NaN if none of them was taken
 * @param gradNorm {@code grad_norm}: global L2 norm before clipping, of the last step; NaN as
 *     {@code loss}
 * @param learningRate {@code learning_rate} that the last step used
 * @param numTokens {@code num_tokens} read since the run began, trained or not; there is no padding
 * @param ofObjective what the objective says of the steps, by TRL's names for it, such as {@code
 *     mean_token_accuracy}: share of the trained tokens that had the highest logit
 * @param tokensPerSecond {@code tokens_per_second}: tokens read, trained or not, in a second of
 *     wall time spent in steps
 * @param stepSeconds {@code step_seconds}: mean wall time of a step
 * @param ofRanks what several ranks told each other: {@code bytes_sent} by all of them together,
 *     and {@code communication_share}, how much of the time of their steps passed inside of calls
 *     to each other, those beside the backward pass among them
 * @param ranks what each rank did in these steps, by rank; not in the {@code metrics} table
 * @param skippedSteps {@code skipped_steps}: steps since the run began that {@code on_nan: skip}
 *     did not take; where ranks take steps of their own, of all of them together
 */
public record StepMetrics(
    long step,
    double epoch,
    double loss,
    double gradNorm,
    double learningRate,
    long numTokens,
    Map<String, Double> ofObjective,
    double tokensPerSecond,
    double stepSeconds,
    Map<String, Double> ofRanks,
    List<RankSteps> ranks,
    long skippedSteps)
    implements Serializable {

  /** The metrics of a rank that took every step and that nobody watched. */
  public StepMetrics(
      long step,
      double epoch,
      double loss,
      double gradNorm,
      double learningRate,
      long numTokens,
      Map<String, Double> ofObjective,
      double tokensPerSecond,
      double stepSeconds) {
    this(
        step,
        epoch,
        loss,
        gradNorm,
        learningRate,
        numTokens,
        ofObjective,
        tokensPerSecond,
        stepSeconds,
        Map.of(),
        List.of(),
        0);
  }

  /** Every metric that there is, by the name it has in the {@code metrics} table. */
  public Map<String, Double> byName() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loss);
    values.put("grad_norm", gradNorm);
    values.put("learning_rate", learningRate);
    values.put("num_tokens", (double) numTokens);
    values.putAll(ofObjective);
    values.put("tokens_per_second", tokensPerSecond);
    values.put("step_seconds", stepSeconds);
    values.putAll(ofRanks);
    if (skippedSteps > 0) {
      values.put("skipped_steps", (double) skippedSteps);
    }
    values.values().removeIf(value -> value.isNaN());
    return values;
  }
}
