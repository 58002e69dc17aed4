package dev.hone.training.schedule;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code lr_scheduler_kwargs}, checked as they are read. */
final class LrOptions {
  private final String scheduler;
  private final Map<String, String> given;

  /**
   * The options of one schedule.
   *
   * @param known those it has
   * @throws HoneException if another one is given
   */
  LrOptions(String scheduler, List<String> known, Map<String, String> given) {
    this.scheduler = scheduler;
    this.given = Map.copyOf(given);
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new HoneException(
            "%s is no option of lr_scheduler: %s, which has %s; remove it"
                .formatted(name, scheduler, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  boolean has(String name) {
    return given.containsKey(name);
  }

  /** A number above a bound; as it is if absent. */
  double above(String name, double bound, double absent) {
    if (!has(name)) {
      return absent;
    }
    double value = number(name);
    if (!(value > bound)) {
      throw wrong(name, "a number above " + (long) bound);
    }
    return value;
  }

  /** A number from 0 to 1. */
  double part(String name, double absent) {
    double value = has(name) ? number(name) : absent;
    if (!(value >= 0 && value <= 1)) {
      throw wrong(name, "a number from 0 to 1");
    }
    return value;
  }

  /** A whole number of steps, which has to be there. */
  long steps(String name) {
    if (!has(name)) {
      throw new HoneException(
          "lr_scheduler: %s needs %s; add lr_scheduler_kwargs: {%s: STEPS}"
              .formatted(scheduler, name, name));
    }
    double value = number(name);
    if (!(value >= 1) || value != Math.rint(value)) {
      throw wrong(name, "a whole number of at least 1");
    }
    return (long) value;
  }

  /** A rate below the peak. */
  double belowPeak(String name, double peak, double absent) {
    double value = has(name) ? number(name) : absent;
    if (!(value >= 0 && value < peak)) {
      throw new HoneException(
          "%s is %s, which has to be from 0 to below learning_rate %s"
              .formatted(name, value, peak));
    }
    return value;
  }

  /** The part of the peak that {@code min_lr} or {@code min_lr_rate} stands for: one of the two. */
  double least(double peak) {
    if (has("min_lr") == has("min_lr_rate")) {
      throw new HoneException(
          "lr_scheduler: %s needs min_lr or min_lr_rate, and only one of them; add"
                  .formatted(scheduler)
              + " lr_scheduler_kwargs: {min_lr_rate: 0.1}, for example");
    }
    return has("min_lr") ? belowPeak("min_lr", peak, 0) / peak : part("min_lr_rate", 0);
  }

  WarmupStableDecay.Shape shape(String name, WarmupStableDecay.Shape absent) {
    if (!has(name)) {
      return absent;
    }
    return Arrays.stream(WarmupStableDecay.Shape.values())
        .filter(shape -> shape.key().equals(given.get(name)))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    name,
                    Arrays.stream(WarmupStableDecay.Shape.values())
                        .map(WarmupStableDecay.Shape::key)
                        .collect(Collectors.joining(", ", "one of ", ""))));
  }

  private double number(String name) {
    try {
      double value = Double.parseDouble(given.get(name));
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new HoneException(wrong(name, "a number").getMessage(), e);
    }
    throw wrong(name, "a number");
  }

  private HoneException wrong(String name, String expected) {
    return new HoneException("%s is %s, not %s".formatted(name, given.get(name), expected));
  }
}
