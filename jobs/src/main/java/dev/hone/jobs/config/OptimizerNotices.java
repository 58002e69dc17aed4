package dev.hone.jobs.config;

import dev.hone.training.optimizer.OptimizerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a user should know of the optimizer that a name stands for here. */
final class OptimizerNotices {
  /** bitsandbytes' and torchao's 8-bit AdamW store moments alike. */
  private static final Set<String> OTHER_BITS =
      Set.of("adamw_torch_4bit", "lion_8bit", "paged_lion_8bit");

  private OptimizerNotices() {}

  static List<String> of(Section top) {
    String name = top.text("optimizer").orElseThrow();
    OptimizerKind kind = OptimizerKind.named(name);
    List<String> notices = new ArrayList<>();
    if (OTHER_BITS.contains(name)) {
      notices.add(
          "optimizer: %s runs with its state in %s"
              .formatted(name, kind == OptimizerKind.LION ? "f32" : "8 bits"));
    }
    if (name.startsWith("paged_")) {
      notices.add("optimizer: %s runs with its state in memory, not paged".formatted(name));
    }
    List<String> idle = idle(kind).stream().filter(top::given).toList();
    if (!idle.isEmpty()) {
      notices.add("%s: no effect with optimizer: %s".formatted(String.join(", ", idle), name));
    }
    return notices;
  }

  /** Keys that the formula of an optimizer does not have. */
  private static List<String> idle(OptimizerKind kind) {
    return switch (kind) {
      case ADAMW, ADAMW_8BIT -> List.of();
      case LION -> List.of("adam_epsilon");
      case ADAFACTOR -> List.of("adam_beta1", "adam_beta2", "adam_epsilon");
    };
  }
}
