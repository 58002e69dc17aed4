package dev.hone.jobs.config;

import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.objective.Supervised;
import java.util.ArrayList;
import java.util.List;

/** What supervised fine-tuning minimises beside the likelihood. */
final class SupervisedKeys {
  private static final String TYPE = "loss_type";
  private static final String SMOOTHING = "label_smoothing_factor";
  private static final String Z_LOSS = "z_loss_multiplier";
  private static final String NOISE = "neftune_noise_alpha";

  private SupervisedKeys() {}

  static Supervised read(Section top) {
    TokenLoss loss =
        new TokenLoss(
            top.number(SMOOTHING).orElse(0.0),
            top.number(Z_LOSS).orElse(0.0),
            top.text(TYPE).filter("dft"::equals).isPresent());
    return new Supervised(loss, top.number(NOISE).orElse(0.0));
  }

  /** The keys that are set to another loss than the likelihood. */
  static List<String> losses(Section top) {
    List<String> keys = new ArrayList<>();
    if (top.text(TYPE).filter("dft"::equals).isPresent()) {
      keys.add(TYPE);
    }
    for (String key : List.of(SMOOTHING, Z_LOSS)) {
      if (top.number(key).orElse(0.0) > 0) {
        keys.add(key);
      }
    }
    return keys;
  }

  /**
   * Keys that change nothing.
   *
   * @param key what is learned instead: {@code rl} or {@code reward_model}
   */
  static List<String> notices(Section top, String key) {
    return List.of(TYPE, SMOOTHING, Z_LOSS, NOISE).stream()
        .filter(top::given)
        .map(idle -> "%s: no effect with %s; it is for supervised fine-tuning".formatted(idle, key))
        .toList();
  }
}
