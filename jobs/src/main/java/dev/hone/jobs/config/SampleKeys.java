package dev.hone.jobs.config;

import java.util.List;
import java.util.Optional;

/**
 * {@code generate_samples} and the keys that go with it: answers to held-out prompts at every
 * evaluation.
 *
 * <pre>
 * generate_samples: true
 * num_generation_samples: 3
 * generation_max_new_tokens: 50
 * </pre>
 */
final class SampleKeys {
  private static final String KEY = "generate_samples";
  private static final String COUNT = "num_generation_samples";
  private static final String LONGEST = "generation_max_new_tokens";

  private SampleKeys() {}

  /**
   * What is answered, with what is wrong noted; empty: nothing.
   *
   * @param evalData whether something is held out
   */
  static Optional<HoneConfig.Samples> read(Section top, boolean evalData) {
    int count = top.integer(COUNT).orElse(1);
    int longest = top.integer(LONGEST).orElse(1);
    if (!top.flag(KEY)) {
      return Optional.empty();
    }
    if (RewardKeys.on(top)) {
      top.problem(
          KEY,
          "true together with %s (%s), which trains a model that writes no answers; keep one of the two"
              .formatted(RewardKeys.KEY, top.location(RewardKeys.KEY)));
    } else if (!evalData) {
      top.problem(
          KEY,
          "there is nothing held out to take prompts from; add test_datasets or val_set_size, or remove it");
    }
    return Optional.of(new HoneConfig.Samples(count, longest));
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    return List.of(COUNT, LONGEST).stream()
        .filter(key -> top.given(key) && !top.flag(KEY))
        .map(key -> "%s: no effect without %s: true".formatted(key, KEY))
        .toList();
  }
}
