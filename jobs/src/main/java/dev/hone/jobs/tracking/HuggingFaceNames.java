package dev.hone.jobs.tracking;

/**
 * Names as transformers' callbacks for TensorBoard and wandb write them: {@code loss} is {@code
 * train/loss}, {@code eval_loss} is {@code eval/loss}.
 */
final class HuggingFaceNames {
  private static final String EVAL = "eval_";

  private HuggingFaceNames() {}

  /** The tag of a metric. */
  static String tag(String name) {
    return name.startsWith(EVAL) ? "eval/" + name.substring(EVAL.length()) : "train/" + name;
  }
}
