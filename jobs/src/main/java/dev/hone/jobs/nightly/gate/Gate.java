package dev.hone.jobs.nightly.gate;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One condition of {@code promote_if}.
 *
 * <pre>{@code
 * Gate gate = Gate.parse("eval_loss <= 1.01 * current");
 * gate.metric()           "eval_loss"
 * gate.bound(2.0)         2.02
 * gate.holds(2.01, 2.0)   true
 * }</pre>
 *
 * @param text as written
 * @param metric a name in {@code evals}, of all data sets together, or {@code dataset/name}
 * @param comparison {@code <=}, {@code <}, {@code >=} or {@code >}
 */
public record Gate(String text, String metric, String comparison, Bound right) {
  private static final Pattern FORM = Pattern.compile("([^<>=]+?)\\s*(<=|>=|<|>)\\s*([^<>=]+)");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Gate parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no condition; write a metric, one of <= < >= >, and a bound, such as eval_loss <= 1.01 * current"
              .formatted(text.strip()));
    }
    try {
      return new Gate(text.strip(), form.group(1), form.group(2), BoundParser.parse(form.group(3)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text.strip() + "': " + e.getMessage(), e);
    }
  }

  /** Reads conditions that all have to hold: a list, or one text with commas. */
  public static List<Gate> parseAll(List<String> texts) {
    return texts.stream()
        .flatMap(text -> List.of(text.split(",", -1)).stream())
        .filter(text -> !text.isBlank())
        .map(Gate::parse)
        .toList();
  }

  /** What the metric may reach. */
  public double bound(double current) {
    return right.at(current);
  }

  /** Whether a value is good enough; one that is no number, or has none to compare with, is not. */
  public boolean holds(double candidate, double current) {
    double bound = bound(current);
    return switch (comparison) {
      case "<=" -> candidate <= bound;
      case "<" -> candidate < bound;
      case ">=" -> candidate >= bound;
      default -> candidate > bound;
    };
  }
}
