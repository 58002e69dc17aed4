package dev.hone.jobs.nightly.gate;

/** The right side of a condition: numbers, {@code current}, {@code + - * /} and parentheses. */
sealed interface Bound {

  /**
   * Its value.
   *
   * @param current what the model in use was measured at
   */
  double at(double current);

  /** A number as written. */
  record Constant(double value) implements Bound {
    @Override
    public double at(double current) {
      return value;
    }
  }

  /** {@code current}. */
  record Current() implements Bound {
    @Override
    public double at(double current) {
      return current;
    }
  }

  /** Two bounds and what is between them. */
  record Operation(char operator, Bound left, Bound right) implements Bound {
    @Override
    public double at(double current) {
      double a = left.at(current);
      double b = right.at(current);
      return switch (operator) {
        case '+' -> a + b;
        case '-' -> a - b;
        case '*' -> a * b;
        default -> a / b;
      };
    }
  }
}
