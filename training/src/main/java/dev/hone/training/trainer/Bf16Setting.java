package dev.hone.training.trainer;

/** The values of {@code bf16}: whether operands of products are stored in bf16. */
public enum Bf16Setting {
  /** Where the CPU multiplies bf16 in hardware. */
  AUTO,
  /** Yes; a CPU that cannot is refused. */
  TRUE,
  /** No, all is f32. */
  FALSE
}
