package dev.hone.jobs.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The scale of an axis: round numbers around all values, from the lowest to the highest.
 *
 * <p>Example: for values from 0.61 to 2.3 they are 0.5, 1, 1.5, 2 and 2.5.
 */
record Ticks(double low, double high, double step) {
  private static final int ABOUT = 4;

  /** What a quotient of numbers that divide without a rest may be off. */
  private static final double EXACT = 1e-9;

  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  static Ticks around(double least, double most) {
    double range = most - least;
    if (!(range > Math.abs(most) * EXACT)) {
      double room = most == 0 ? 1 : Math.abs(most) / 2;
      return around(most - room, most + room);
    }
    double rough = range / ABOUT;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = 10 * power;
    for (int i = ROUND.length - 1; i >= 0; i--) {
      if (ROUND[i] * power >= rough * (1 - EXACT)) {
        step = ROUND[i] * power;
      }
    }
    return new Ticks(
        Math.floor(least / step + EXACT) * step, Math.ceil(most / step - EXACT) * step, step);
  }

  /** From the lowest to the highest. */
  List<Double> values() {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i <= Math.round((high - low) / step); i++) {
      values.add(low + i * step);
    }
    return values;
  }

  /** How far up a value is, from 0 to 1. */
  double at(double value) {
    return (value - low) / (high - low);
  }

  /** All with as many digits as the step needs. */
  String shown(double value) {
    double size = Math.max(Math.abs(low), Math.abs(high));
    if (size < 1e-3) {
      return Math.abs(value) < step / 2 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }
    int digits = 0;
    for (double rest = step; digits < 6 && Math.abs(rest - Math.rint(rest)) > 1e-6; rest *= 10) {
      digits++;
    }
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
