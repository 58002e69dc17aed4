package dev.hone.formats.corpus;

import java.util.List;
import java.util.Objects;

/**
 * A piece of a turn with a loss weight of its own, whatever holds for the rest of the turn.
 *
 * @param field the text that the offsets count in
 * @param start first character, UTF-16
 * @param end after the last character; more than start
 * @param weight at least 0
 */
public record Weighted(Field field, int start, int end, float weight) {

  /** The texts of a turn that can be weighted piece by piece. */
  public enum Field {
    CONTENT,
    REASONING
  }

  public Weighted {
    Objects.requireNonNull(field, "field");
    weight = LossWeight.checked(weight);
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("characters %d to %d are no range".formatted(start, end));
    }
  }

  /**
   * Ranges must stand in their texts, in order and apart, so that each character has one weight.
   */
  static void requireOrder(List<Weighted> ranges, String content, String reasoning) {
    Weighted before = null;
    for (Weighted range : ranges) {
      int length = (range.field == Field.CONTENT ? content : reasoning).length();
      if (range.end > length) {
        throw new IllegalArgumentException("%s ends after %d characters".formatted(range, length));
      }
      boolean ordered =
          before == null
              || before.field.compareTo(range.field) < 0
              || (before.field == range.field && before.end <= range.start);
      if (!ordered) {
        throw new IllegalArgumentException("%s comes after %s".formatted(range, before));
      }
      before = range;
    }
  }
}
