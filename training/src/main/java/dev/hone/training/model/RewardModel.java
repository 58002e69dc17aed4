package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Task;
import dev.hone.training.data.PackedRow;
import dev.hone.training.layers.ScoreRule;
import java.util.Arrays;

/**
 * A model that gives texts a reward, and the passes it learns by. Loading, saving and parameters
 * are those of the {@link CausalLm} whose head it replaces.
 *
 * @param body loaded from a directory that was opened for {@link Task#SEQ_CLS}
 */
public record RewardModel(CausalLm body) {

  /** Refuses a model with another head: a defect of the caller. */
  public RewardModel {
    body.decoder().score();
  }

  /**
   * The reward of each document of a row, without gradients.
   *
   * @throws HoneException if one is not finite, or a token is not in the vocabulary
   */
  public double[] rewards(PackedRow row) {
    body.decoder().batch().set(row, 1, false);
    body.decoder().forwardBody();
    body.decoder().score().forward();
    double[] rewards = body.decoder().score().rewards();
    requireFinite(Arrays.stream(rewards).sum());
    return rewards;
  }

  /**
   * Adds the gradient of an objective over the rewards of a row. Dropout does not act.
   *
   * @return the objective
   * @throws HoneException if a token is not in the vocabulary
   */
  public double forwardBackward(PackedRow row, ScoreRule rule) {
    double[] objective = new double[1];
    bind(
        row,
        (rewards, slopes) -> {
          objective[0] = rule.decide(rewards, slopes);
          return objective[0];
        });
    body.drive();
    return objective[0];
  }

  /** For the gradient check too: what the next passes work on. */
  void bind(PackedRow row, ScoreRule rule) {
    body.decoder().batch().set(row, 1, false);
    body.decoder().score().minimise(rule);
  }

  private static void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new HoneException(
          "the rewards of a batch come to %s: training has diverged, or the weights it started from are not finite; lower learning_rate, lengthen warmup_steps, or set max_grad_norm"
              .formatted(value));
    }
  }
}
