package dev.hone.jobs.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One honoured key, as {@code keys.yaml} describes it.
 *
 * @param fallback what holds where the key is absent, as it would be written
 * @param choices the values of a choice
 * @param min smallest value
 * @param above values must be above this
 * @param max largest value
 * @param below values must be below this
 * @param doc its meaning, in Markdown
 */
record Key(
    String name,
    Type type,
    boolean required,
    Optional<String> fallback,
    List<String> choices,
    Optional<Double> min,
    Optional<Double> above,
    Optional<Double> max,
    Optional<Double> below,
    String doc) {

  /** What a value may look like. */
  enum Type {
    PATH("a path"),
    TEXT("text"),
    INTEGER("a whole number"),
    NUMBER("a number"),
    NUMBERS("a list of numbers"),
    FLAG("true or false"),
    COUNT_OR_FLAG("true, false or a whole number"),
    CHOICE("one of"),
    WORDS("one word or a list of words"),
    MAP("a mapping of words to words"),
    JSON("a mapping"),
    SECTION("a mapping of keys"),
    SECRET("a reference such as ${NAME}"),
    LIST("a list of mappings");

    private final String said;

    Type(String said) {
      this.said = said;
    }
  }

  /** What would be right, for messages: {@code a whole number of at least 1}. */
  String expected() {
    StringBuilder text = new StringBuilder(type.said);
    if (!choices.isEmpty()) {
      text.append(type == Type.WORDS ? " of " : " ").append(String.join(", ", choices));
    }
    String joint = " ";
    for (Optional<String> bound :
        List.of(
            min.map(value -> "of at least " + Numbers.text(value)),
            above.map(value -> "above " + Numbers.text(value)),
            max.map(value -> "of at most " + Numbers.text(value)),
            below.map(value -> "below " + Numbers.text(value)))) {
      if (bound.isPresent()) {
        text.append(joint).append(bound.get());
        joint = " and ";
      }
    }
    return text.toString();
  }

  /** Whether a text is that choice; a choice that ends in {@code _N} has a number there. */
  static boolean isChoice(String choice, String text) {
    return choice.endsWith("_N")
        ? text.matches(Pattern.quote(choice.substring(0, choice.length() - 1)) + "[1-9]\\d{0,5}")
        : text.equals(choice);
  }

  /** Whether a number is inside the bounds; NaN never is. */
  boolean allows(double value) {
    return !Double.isNaN(value)
        && min.map(bound -> value >= bound).orElse(true)
        && above.map(bound -> value > bound).orElse(true)
        && max.map(bound -> value <= bound).orElse(true)
        && below.map(bound -> value < bound).orElse(!Double.isInfinite(value));
  }
}
