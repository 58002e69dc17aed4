package dev.hone.training.trainer;

/** The values of {@code bf16}: whether operands of products are stored in bf16. */
public enum Bf16Setting {
  /** Where products of bf16 are faster than those of f32. */
  AUTO,
  /** Yes; a CPU that cannot is refused. */
  TRUE,
  /** No, all is f32. */
  FALSE
}
