package dev.hone.training.optimizer;

import dev.hone.formats.HoneException;
import dev.hone.training.kernels.DynamicMap;
import java.util.Arrays;
import java.util.List;

/** The optimizers that exist, and what HF Trainer and Axolotl call them. */
public enum OptimizerKind {
  /** {@link AdamW}. */
  ADAMW(
      "adamw_torch",
      "adamw_torch_fused",
      "adamw_hf",
      "adamw_apex_fused",
      "paged_adamw_32bit",
      "paged_adamw"),
  /** {@link AdamW8bit}. */
  ADAMW_8BIT(
      "adamw_bnb_8bit", "adamw_8bit", "adamw_torch_8bit", "adamw_torch_4bit", "paged_adamw_8bit"),
  /** {@link Lion}. */
  LION("lion_pytorch", "lion_32bit", "lion_8bit", "paged_lion_32bit", "paged_lion_8bit"),
  /** {@link Adafactor}. */
  ADAFACTOR("adafactor");

  /** Floats in a line of the cache. */
  private static final int LINE = 16;

  private final List<String> names;

  OptimizerKind(String... names) {
    this.names = List.of(names);
  }

  /** Its names, the usual one first. */
  public List<String> names() {
    return names;
  }

  /**
   * How a parameter may be cut into runs that have their states on different ranks.
   *
   * @return every run begins at a multiple of so many elements; 0: it may not be cut
   */
  public int unit() {
    return switch (this) {
      case ADAMW, LION -> LINE;
      case ADAMW_8BIT -> DynamicMap.BLOCK;
      case ADAFACTOR -> 0;
    };
  }

  /** Every name of every optimizer. */
  public static List<String> allNames() {
    return Arrays.stream(values()).flatMap(kind -> kind.names.stream()).toList();
  }

  /**
   * The optimizer of a name.
   *
   * @throws HoneException if there is none, with the names that exist
   */
  public static OptimizerKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.names.contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "optimizer '%s' does not exist here; use one of %s"
                        .formatted(name, String.join(", ", allNames()))));
  }
}
