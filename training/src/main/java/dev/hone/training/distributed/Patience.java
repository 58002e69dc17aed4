package dev.hone.training.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Whether a run has stopped getting better: as many evaluations in a row as {@code
 * early_stopping_patience} says were not better than the best one before them. What was measured
 * before the first step does not count.
 *
 * <p>These are the decisions of {@code EarlyStoppingCallback} (Transformers 5.24, {@code
 * trainer_callback.py}) with {@code Trainer._determine_best_metric}: an equal value is not better,
 * nor is one that is no number; one that is better by no more than {@code early_stopping_threshold}
 * counts against the run, and is the best from then on nevertheless. A run that goes on from a
 * checkpoint goes on counting, as Trainer does with {@code
 * restore_callback_states_from_checkpoint}; where it had ended there it has no step to take, while
 * Trainer takes one more.
 *
 * <p>Example: with a patience of 2, losses of 2.1, 1.9, 1.9 and 2.0 end the run at the fourth.
 */
final class Patience {
  private static final String FILE = "trainer/early_stopping.json";
  private static final String COUNT = "early_stopping_patience_counter";
  private static final String BEST = "best_metric";
  private static final String METRIC = "metric_for_best_model";

  private final BestRule rule;
  private boolean begun;
  private double best;
  private int count;

  Patience(BestRule rule) {
    this.rule = rule;
    this.best = rule.greater() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /**
   * Takes in an evaluation.
   *
   * @param value of the metric; empty: it was not measured
   * @throws HoneException if it was not measured, and the run is to end by it
   */
  void evaluated(OptionalDouble value) {
    if (rule.patience() == 0) {
      return;
    }
    double found =
        value.orElseThrow(
            () ->
                new HoneException(
                    "early_stopping_patience: '%s' is not measured every eval_steps, so nothing can end the run early; name as metric_for_best_model what is, or remove early_stopping_patience"
                        .formatted(rule.metric())));
    boolean better = rule.isBetter(found, best);
    boolean enough = better && Math.abs(found - best) > rule.threshold();
    count = !begun || enough ? 0 : count + 1;
    begun = true;
    if (better) {
      best = found;
    }
  }

  /** Whether the run ends here. */
  boolean isOver() {
    return rule.patience() > 0 && count >= rule.patience();
  }

  /** Why it does, in a line. */
  String reason() {
    return String.format(
        Locale.ROOT,
        "%s has not been better than %.4f in %d %s",
        rule.metric(),
        best,
        count,
        count == 1 ? "evaluation" : "evaluations");
  }

  /** Writes it beside the state of the trainer. */
  void save(Path checkpoint) {
    if (begun) {
      ObjectNode state = JsonFile.object();
      state.put(METRIC, rule.metric()).put(COUNT, count).put(BEST, String.valueOf(best));
      JsonFile.write(checkpoint.resolve(FILE), state);
    }
  }

  /** Goes on from what {@link #save} wrote, if it is of the same metric. */
  void resume(Path checkpoint) {
    Path file = checkpoint.resolve(FILE);
    if (Files.exists(file)) {
      JsonNode state = JsonFile.read(file);
      if (state.path(METRIC).asText().equals(rule.metric())) {
        begun = true;
        count = state.path(COUNT).asInt();
        best = Double.parseDouble(state.path(BEST).asText());
      }
    }
  }
}
