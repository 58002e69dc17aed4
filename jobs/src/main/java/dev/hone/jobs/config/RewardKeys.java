package dev.hone.jobs.config;

import dev.hone.formats.model.Task;
import dev.hone.training.objective.Reward;
import java.util.ArrayList;
import java.util.List;

/** {@code reward_model} and the keys that go with it: a model that rates answers. */
final class RewardKeys {
  static final String KEY = "reward_model";

  private static final String CENTRING = "center_rewards_coefficient";

  private RewardKeys() {}

  /** Whether rewards are learned. */
  static boolean on(Section top) {
    return top.flag(KEY);
  }

  /** What the model has to be for. */
  static Task task(Section top) {
    return on(top) ? Task.SEQ_CLS : Task.CAUSAL_LM;
  }

  static Reward read(Section top) {
    return new Reward(top.number(CENTRING).orElse(0.0));
  }

  /** What is asked of a model that writes: nothing of one that rates. */
  static HoneConfig.Evaluation asked(Section top, HoneConfig.Evaluation written) {
    return on(top) ? HoneConfig.Evaluation.NONE : written;
  }

  static void check(Section top) {
    if (on(top) && top.given("rl")) {
      top.problem(
          KEY,
          "true together with rl (%s), which trains a model that writes; keep one of the two"
              .formatted(top.location("rl")));
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    if (!on(top)) {
      return top.given(CENTRING)
          ? List.of(CENTRING + ": no effect without reward_model: true")
          : List.of();
    }
    List<String> notices = new ArrayList<>(SupervisedKeys.notices(top, KEY));
    for (String key :
        List.of(EvaluationKeys.EXACT_MATCH, EvaluationKeys.QUESTIONS, EvaluationKeys.CHOICES)) {
      if (top.given(key)) {
        notices.add(key + ": not asked with reward_model, as such a model writes no answers");
      }
    }
    if (top.number("lora_dropout").orElse(0.0) > 0) {
      notices.add("lora_dropout: does not act with reward_model, as in TRL");
    }
    return notices;
  }
}
