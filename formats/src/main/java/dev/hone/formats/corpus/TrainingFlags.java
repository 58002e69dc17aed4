package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.Weighted.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a row itself says of its loss.
 *
 * <p>Of a whole turn ({@code message_field_training}): true, false, or a weight. Of its characters
 * ({@code message_field_training_detail}), as Axolotl has it: {@code [{"begin_offset": 0,
 * "end_offset": 4, "train": true}]}, both ends inclusive and counted in Unicode characters; what no
 * range covers is not trained, and where ranges overlap, one that trains wins.
 */
final class TrainingFlags {
  private TrainingFlags() {}

  /** A flag as 1 or 0, or a number that is a loss weight. */
  static float weight(String where, JsonNode value) throws RefusedRecord {
    if (value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    float weight = value.isNumber() ? value.floatValue() : Float.NaN;
    if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
      throw Row.wrongType(where, value, "true, false or a loss weight of at least 0");
    }
    return weight;
  }

  /**
   * The turn with the weights of its characters; the end of the turn is trained if any range is.
   */
  static Message withDetail(String where, JsonNode ranges, Message message) throws RefusedRecord {
    if (!ranges.isArray()) {
      throw Row.wrongType(where, ranges, "a list of {begin_offset, end_offset, train}");
    }
    String content = message.content();
    boolean[] trained = new boolean[content.length()];
    for (int i = 0; i < ranges.size(); i++) {
      String place = where + "[" + i + "]";
      JsonNode range = ranges.get(i);
      if (weight(place + ".train", range.path("train")) == 0) {
        continue;
      }
      int characters = content.codePointCount(0, content.length());
      int begin = offset(place + ".begin_offset", range.path("begin_offset"), characters);
      int end = offset(place + ".end_offset", range.path("end_offset"), characters);
      if (end < begin) {
        throw new RefusedRecord(
            "invalid_range",
            "%s ends at %d before it begins at %d; both ends are inclusive"
                .formatted(place, end, begin));
      }
      Arrays.fill(
          trained,
          content.offsetByCodePoints(0, begin),
          content.offsetByCodePoints(0, end + 1),
          true);
    }
    return message.withWeight(ranges.isEmpty() ? 0 : 1).withWeighted(runs(trained));
  }

  private static int offset(String where, JsonNode value, int characters) throws RefusedRecord {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw Row.wrongType(where, value, "a whole number");
    }
    int offset = value.intValue();
    if (offset < 0 || offset >= characters) {
      throw new RefusedRecord(
          "invalid_range",
          "%s is %d, and the content has %d characters; the last one has offset %d"
              .formatted(where, offset, characters, characters - 1));
    }
    return offset;
  }

  private static List<Weighted> runs(boolean[] trained) {
    List<Weighted> runs = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= trained.length; i++) {
      if (i == trained.length || trained[i] != trained[start]) {
        runs.add(new Weighted(Field.CONTENT, start, i, trained[start] ? 1 : 0));
        start = i;
      }
    }
    return runs;
  }
}
