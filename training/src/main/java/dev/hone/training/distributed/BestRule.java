package dev.hone.training.distributed;

import java.io.Serializable;
import java.util.Set;

/**
 * Which checkpoint is the best of a run.
 *
 * @param metric {@code metric_for_best_model}: a name in {@code evals}; with several data sets, the
 *     mean over them
 * @param greater {@code greater_is_better}
 * @param asked whether somebody named the metric, and has to be told if there is none of that name
 * @param load {@code load_best_model_at_end}: whether the finished model is the best checkpoint
 * @param patience {@code early_stopping_patience}: evaluations without a better value that end the
 *     run; 0: it does all its steps
 * @param threshold {@code early_stopping_threshold}: by how much more than this a better value has
 *     to differ for that
 */
public record BestRule(
    String metric, boolean greater, boolean asked, boolean load, int patience, double threshold)
    implements Serializable {
  private static final String EVAL = "eval_";

  /** What {@code evals} has with the prefix: the loss, and what a reward model comes to. */
  private static final Set<String> PREFIXED =
      Set.of("loss", "accuracy", "auc", "margin", "min_reward", "mean_reward", "max_reward");

  /** The lowest {@code eval_loss}, where there is one; the finished model is the last. */
  public static final BestRule LOWEST_LOSS = new BestRule("eval_loss", false, false, false);

  /** Of a run that does all its steps. */
  public BestRule(String metric, boolean greater, boolean asked, boolean load) {
    this(metric, greater, asked, load, 0, 0);
  }

  /** Of two values, whether the first is the better one; a value that is no number never is. */
  boolean isBetter(double value, double than) {
    return greater ? value > than : value < than;
  }

  /**
   * A metric's name in {@code evals} for the name that HF Trainer has for it.
   *
   * <p>Example: {@code loss} and {@code eval_loss} are {@code eval_loss}; {@code accuracy} is
   * {@code eval_accuracy}; {@code eval_mean_token_accuracy} is {@code mean_token_accuracy}.
   */
  public static String metricNamed(String name) {
    String bare = name.startsWith(EVAL) ? name.substring(EVAL.length()) : name;
    return PREFIXED.contains(bare) ? EVAL + bare : bare;
  }

  /** Where nobody says: less is better of a loss and of perplexity, more of anything else. */
  public static boolean isGreaterBetter(String metric) {
    return !metric.endsWith("loss") && !metric.equals("perplexity");
  }
}
