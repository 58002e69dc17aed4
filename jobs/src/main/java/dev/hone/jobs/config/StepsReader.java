package dev.hone.jobs.config;

import dev.hone.training.distributed.BestRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code eval_*} and {@code save_*}: three spellings of one thing. A count by epoch becomes a part
 * of all steps, as in Axolotl: {@code evals_per_epoch: 4, num_epochs: 2} is 1/8 of all steps.
 */
final class StepsReader {
  private static final String LOAD = "load_best_model_at_end";
  private static final String PATIENCE = "early_stopping_patience";

  private final Section top;

  StepsReader(Section top) {
    this.top = top;
  }

  HoneConfig.Steps read(boolean evalData) {
    Optional<String> older = top.text("evaluation_strategy");
    notBoth(top, "eval_strategy", "evaluation_strategy");
    String strategyKey = older.isPresent() ? "evaluation_strategy" : "eval_strategy";
    OptionalDouble eval = interval(strategyKey, "eval_steps", "evals_per_epoch");
    OptionalDouble save = interval("save_strategy", "save_steps", "saves_per_epoch");
    if (eval.isPresent() && !evalData) {
      List<String> keys = List.of("eval_steps", "evals_per_epoch", strategyKey);
      String key = keys.stream().filter(top::given).findFirst().orElseThrow();
      top.problem(
          key,
          "there is nothing to evaluate on; add test_datasets or val_set_size, or remove " + key);
    }
    return new HoneConfig.Steps(
        top.number("logging_steps"),
        eval,
        save,
        ConfigReader.optionalInt(top, "save_total_limit"),
        best(evalData, eval, save));
  }

  private BestRule best(boolean evalData, OptionalDouble eval, OptionalDouble save) {
    Optional<String> named = top.text("metric_for_best_model");
    String metric = BestRule.metricNamed(named.orElse(BestRule.LOWEST_LOSS.metric()));
    boolean said = top.flag("greater_is_better");
    boolean greater = top.given("greater_is_better") ? said : BestRule.isGreaterBetter(metric);
    boolean load = top.flag("load_best_model_at_end");
    List<String> asked = new ArrayList<>();
    named.ifPresent(name -> asked.add("metric_for_best_model"));
    if (top.given("greater_is_better")) {
      asked.add("greater_is_better");
    }
    if (load) {
      asked.add(LOAD);
    }
    if (!evalData) {
      asked.forEach(
          key ->
              top.problem(
                  key,
                  "without an evaluation no model is the best; add test_datasets or val_set_size, or remove "
                      + key));
    } else if (load) {
      requireMeasured(eval, save);
    }
    int patience = top.integer(PATIENCE).orElse(0);
    requirePatience(patience, evalData, eval);
    double threshold = top.number("early_stopping_threshold").orElse(0);
    return new BestRule(metric, greater, named.isPresent(), load, patience, threshold);
  }

  private void requirePatience(int patience, boolean evalData, OptionalDouble eval) {
    if (patience > 0 && !evalData) {
      top.problem(
          PATIENCE,
          "there is nothing to evaluate on; add test_datasets or val_set_size, or remove it");
    } else if (patience > 0 && eval.isEmpty()) {
      top.problem(PATIENCE, "nothing is measured between the steps; add eval_steps, or remove it");
    } else if (patience == 0 && top.given("early_stopping_threshold")) {
      top.problem(
          "early_stopping_threshold",
          "it says what counts for early_stopping_patience, which is not there; add that, or remove it");
    }
  }

  private void requireMeasured(OptionalDouble eval, OptionalDouble save) {
    if (save.isEmpty()) {
      top.problem(LOAD, "there is only the last model; add save_steps, or remove it");
    } else if (eval.isEmpty()) {
      top.problem(LOAD, "no checkpoint is measured; add eval_steps, or remove it");
    } else if (eval.getAsDouble() >= 1
        && save.getAsDouble() >= 1
        && save.getAsDouble() % eval.getAsDouble() != 0) {
      top.problem(
          LOAD,
          "save_steps %.0f is no multiple of eval_steps %.0f, so not every checkpoint is measured; make it one"
              .formatted(save.getAsDouble(), eval.getAsDouble()));
    }
  }

  private OptionalDouble interval(String strategyKey, String stepsKey, String perEpochKey) {
    notBoth(top, stepsKey, perEpochKey);
    Optional<String> strategy = top.text(strategyKey);
    OptionalDouble steps = top.number(stepsKey);
    int perEpoch = top.integer(perEpochKey).orElse(0);
    double epochs = top.number("num_epochs").orElse(1);
    if (strategy.isPresent() && !strategy.get().equals("steps")) {
      for (String key : List.of(stepsKey, perEpochKey)) {
        if (top.given(key)) {
          top.problem(
              strategyKey,
              "'%s' contradicts %s (%s); use steps, or remove %s"
                  .formatted(strategy.get(), key, top.location(key), key));
        }
      }
      return strategy.get().equals("epoch") ? part(1 / epochs) : OptionalDouble.empty();
    }
    if (strategy.isPresent() && !top.given(stepsKey) && !top.given(perEpochKey)) {
      top.problem(strategyKey, "'steps' needs %s or %s".formatted(stepsKey, perEpochKey));
    }
    return perEpoch > 0 ? part(1 / (perEpoch * epochs)) : steps;
  }

  /** A part of 1 or more is the end of the run, where both happen anyway. */
  private static OptionalDouble part(double part) {
    return part < 1 ? OptionalDouble.of(part) : OptionalDouble.empty();
  }

  static void notBoth(Section top, String first, String second) {
    if (top.given(first) && top.given(second)) {
      top.problem(
          second,
          "together with %s (%s); keep one of the two".formatted(first, top.location(first)));
    }
  }
}
