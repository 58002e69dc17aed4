package dev.hone.training.parity;

import java.util.ArrayList;
import java.util.List;

/** Comparisons with a reference, counted. NaN never passes: what is asked is whether it is near. */
final class Checks {
  private final double relative;
  private final List<String> failures = new ArrayList<>();
  private int total;

  /**
   * @param relative tolerance, as a part of the expected value
   */
  Checks(double relative) {
    this.relative = relative;
  }

  void near(String name, double actual, double expected) {
    record(
        Math.abs(actual - expected) <= relative * Math.abs(expected),
        "%s: %.9g, expected %.9g".formatted(name, actual, expected));
  }

  /** Every element to the tolerance, as a part of the largest expected one. */
  void near(String name, float[] actual, double[] expected) {
    double scale = 0;
    double worst = actual.length == expected.length ? 0 : Double.NaN;
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    record(
        worst <= relative * scale,
        "%s: largest difference %.3g where values reach %.3g".formatted(name, worst, scale));
  }

  void equal(String name, Object actual, Object expected) {
    record(actual.equals(expected), name + ": " + actual + ", expected " + expected);
  }

  void failed(String name, Throwable cause) {
    record(false, name + ": " + cause);
  }

  private void record(boolean passed, String failure) {
    total++;
    if (!passed) {
      failures.add(failure);
    }
  }

  int total() {
    return total;
  }

  List<String> failures() {
    return failures;
  }

  /** {@code 92 of 93 checks}. */
  @Override
  public String toString() {
    return (total - failures.size()) + " of " + total + " checks";
  }
}
