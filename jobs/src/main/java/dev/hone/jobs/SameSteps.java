package dev.hone.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether two configurations take the same steps, so that one can go on from a checkpoint of the
 * other. They do if they differ only in who does what of a step, and in labels.
 *
 * <p>Example: {@code workers: 4} is as good as {@code workers: 2} with {@code
 * gradient_accumulation_steps: 2}.
 */
final class SameSteps {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> ROWS =
      List.of("workers", "micro_batch_size", "gradient_accumulation_steps");
  private static final List<String> OTHER_LABELS =
      List.of(
          "nightly",
          "tags",
          "run_id",
          "logging_steps",
          "eval_strategy",
          "eval_steps",
          "evals_per_epoch",
          "save_total_limit",
          "metric_for_best_model",
          "greater_is_better",
          "load_best_model_at_end",
          "early_stopping_patience",
          "early_stopping_threshold");

  /** What says where else the numbers go. */
  private static final Pattern TRACKING =
      Pattern.compile(
          "report_to|logging_dir|use_(tensorboard|mlflow|wandb)|(hf_)?mlflow_.*|wandb_.*");

  private SameSteps() {}

  /** Of the configurations as {@code runs} keeps them. */
  static boolean of(String one, String other) {
    return isKnown(one) && isKnown(other) && identity(one).equals(identity(other));
  }

  /** Not if the environment decides how many rows a step has. */
  private static boolean isKnown(String config) {
    ObjectNode root = parse(config);
    return ROWS.stream().noneMatch(key -> root.path(key).asText().contains("${"));
  }

  private static JsonNode identity(String config) {
    ObjectNode root = parse(config);
    long rows = 1;
    for (String key : ROWS) {
      rows *= root.path(key).asLong(1);
    }
    boolean alone = root.path("workers").asLong(1) == 1;
    boolean local =
        root.path("distributed").path("mode").asText().equals("parameter_averaging") && !alone;
    root.remove(ROWS);
    root.remove(OTHER_LABELS);
    root.properties().removeIf(entry -> TRACKING.matcher(entry.getKey()).matches());
    if (!local) {
      root.remove("distributed");
    }
    return root.put("rows", rows);
  }

  private static ObjectNode parse(String config) {
    try {
      return (ObjectNode) JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration in the table runs is no JSON", e);
    }
  }
}
