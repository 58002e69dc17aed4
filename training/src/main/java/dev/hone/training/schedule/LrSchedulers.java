package dev.hone.training.schedule;

import dev.hone.formats.HoneException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The schedules by Transformers' names ({@code lr_scheduler_type}) and the options of each. */
public final class LrSchedulers {
  private static final String CYCLES = "num_cycles";

  /** Options of {@code lr_scheduler_kwargs} by name. */
  private static final Map<String, List<String>> OPTIONS =
      new TreeMap<>(
          Map.of(
              "constant", List.of(),
              "constant_with_warmup", List.of(),
              "linear", List.of(),
              "cosine", List.of(CYCLES),
              "cosine_with_restarts", List.of(CYCLES),
              "cosine_with_min_lr", List.of("min_lr", "min_lr_rate", CYCLES),
              "cosine_warmup_with_min_lr",
                  List.of("min_lr", "min_lr_rate", "warmup_lr_rate", CYCLES),
              "inverse_sqrt", List.of("timescale"),
              "polynomial", List.of("lr_end", "power"),
              "warmup_stable_decay",
                  List.of(
                      "num_decay_steps",
                      "num_stable_steps",
                      "warmup_type",
                      "decay_type",
                      "min_lr_ratio",
                      CYCLES)));

  private LrSchedulers() {}

  /** Every name there is. */
  public static Set<String> names() {
    return OPTIONS.keySet();
  }

  /**
   * A schedule.
   *
   * <p>Example: {@code named("cosine_with_min_lr", Map.of("min_lr", "3e-5"), 3e-4)} goes down to a
   * tenth of the peak.
   *
   * @param name of {@link #names}
   * @param options {@code lr_scheduler_kwargs}
   * @param peak {@code learning_rate}, which some options are compared with
   * @throws HoneException if an option is unknown, missing or out of range
   */
  public static LrCurve named(String name, Map<String, String> options, double peak) {
    LrOptions given = new LrOptions(name, OPTIONS.get(name), options);
    return switch (name) {
      case "constant" -> LrCurve.CONSTANT;
      case "constant_with_warmup" -> LrCurve.CONSTANT_WITH_WARMUP;
      case "linear" -> LrCurve.LINEAR;
      case "cosine" -> new CosineDecay(given.above(CYCLES, 0, CosineDecay.HALF_WAVE), 0, 1, false);
      case "cosine_with_restarts" -> new CosineRestarts(given.above(CYCLES, 0, 1));
      case "cosine_with_min_lr" -> {
        double cycles = given.above(CYCLES, 0, CosineDecay.HALF_WAVE);
        yield new CosineDecay(cycles, given.least(peak), 1, false);
      }
      case "cosine_warmup_with_min_lr" ->
          new CosineWarmup(
              given.above(CYCLES, 0, CosineDecay.HALF_WAVE),
              given.least(peak),
              given.part("warmup_lr_rate", 0));
      case "inverse_sqrt" -> new InverseSqrt(given.above("timescale", 0, 0));
      case "polynomial" ->
          new PolynomialDecay(given.belowPeak("lr_end", peak, 1e-7), given.above("power", 0, 1));
      case "warmup_stable_decay" ->
          new WarmupStableDecay(
              given.steps("num_decay_steps"),
              given.has("num_stable_steps") ? given.steps("num_stable_steps") : -1,
              given.shape("warmup_type", WarmupStableDecay.Shape.LINEAR),
              given.shape("decay_type", WarmupStableDecay.Shape.COSINE),
              given.part("min_lr_ratio", 0),
              given.above(CYCLES, 0, CosineDecay.HALF_WAVE));
      default -> throw new IllegalArgumentException(name + " is no schedule of " + names());
    };
  }
}
