package dev.hone.jobs.config;

import dev.hone.training.optimizer.Averaging;
import java.util.List;

/** {@code ema_decay} and the keys that go with it. */
final class AveragingKeys {
  private static final String DECAY = "ema_decay";
  private static final String AFTER = "ema_update_after_step";
  private static final String EVERY = "ema_update_freq";

  private AveragingKeys() {}

  static Averaging read(Section top) {
    int after = top.integer(AFTER).orElseThrow();
    int every = top.integer(EVERY).orElseThrow();
    return top.number(DECAY).stream()
        .mapToObj(decay -> new Averaging(decay, after, every))
        .findFirst()
        .orElse(Averaging.NONE);
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    List<String> idle = List.of(AFTER, EVERY).stream().filter(top::given).toList();
    return idle.isEmpty() || top.given(DECAY)
        ? List.of()
        : List.of(
            "%s: no effect without %s, with which an average of the weights is kept"
                .formatted(String.join(", ", idle), DECAY));
  }
}
