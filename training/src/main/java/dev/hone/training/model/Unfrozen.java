package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorSpec;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which weights of a model are trained where there is no adapter: Axolotl's {@code
 * unfrozen_parameters}. A pattern has to match the beginning of a weight's name; a dot in it is a
 * dot, unless a plus follows.
 *
 * <p>Example: {@code model.layers.1[0-9].mlp} trains the feed-forwards of blocks 10 to 19.
 *
 * @param patterns regular expressions; empty: all weights are trained
 */
public record Unfrozen(List<String> patterns) implements Serializable {
  private static final Pattern RANGE = Pattern.compile(".+\\[[0-9]*(:[0-9]*)?\\]");

  /** All weights. */
  public static final Unfrozen ALL = new Unfrozen(List.of());

  /** None, of a model that is only asked. */
  public static final Unfrozen NONE = new Unfrozen(List.of("(?!)"));

  /**
   * Checks the patterns.
   *
   * @throws HoneException if one is no regular expression, or ends with a range of rows
   */
  public Unfrozen {
    patterns = List.copyOf(patterns);
    for (String pattern : patterns) {
      if (RANGE.matcher(pattern).matches()) {
        throw new HoneException(
            "unfrozen_parameters '%s' ends with a range of rows, which hone does not train apart; name the weight without it"
                .formatted(pattern));
      }
      compile(pattern);
    }
  }

  private static Pattern compile(String pattern) {
    try {
      return Pattern.compile(pattern.replaceAll("(?<!\\\\)\\.(?!\\+)", "\\\\."));
    } catch (PatternSyntaxException e) {
      throw new HoneException(
          "unfrozen_parameters '%s' is no regular expression: %s"
              .formatted(pattern, e.getDescription()),
          e);
    }
  }

  /** Whether a weight is trained. */
  boolean trains(String name) {
    return patterns.isEmpty()
        || patterns.stream().anyMatch(pattern -> compile(pattern).matcher(name).lookingAt());
  }

  /**
   * Checks the patterns against a model.
   *
   * @throws HoneException if one matches no weight
   */
  void check(List<TensorSpec> tensors) {
    if (equals(NONE)) {
      return;
    }
    for (String pattern : patterns) {
      if (tensors.stream().noneMatch(spec -> compile(pattern).matcher(spec.name()).lookingAt())) {
        throw new HoneException(
            "unfrozen_parameters '%s' matches no weight of the model, which has such as %s; mend the pattern"
                .formatted(pattern, tensors.get(tensors.size() / 2).name()));
      }
    }
  }
}
