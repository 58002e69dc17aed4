package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.HoneException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds the type of rows whose entry has none. A type is taken if every row that shows one looks
 * like it, and no other type fits as well; nothing is guessed beyond that.
 *
 * <p>Worked example: {@code {"instruction": "Add.", "output": "4"}} is {@code alpaca}, because it
 * has instruction and output; with a field {@code text} beside them it is refused, because it may
 * be {@code completion} too.
 */
public final class FormatDetector {
  private FormatDetector() {}

  /**
   * What was found.
   *
   * @param type the value of {@code type:}
   * @param options values of the format's options other than the defaults
   * @param why what in the rows says so
   */
  public record Detected(String type, Map<String, String> options, String why) {
    public Detected {
      options = Map.copyOf(options);
    }

    /** As the configuration would have it: {@code type: alpaca}. */
    public String asWritten() {
      return "type: "
          + (type.isEmpty() ? "''" : type)
          + new TreeMap<>(options)
              .entrySet().stream()
                  .map(option -> ", " + option.getKey() + ": " + option.getValue())
                  .collect(Collectors.joining());
    }
  }

  /**
   * Finds the type of a dataset.
   *
   * @param rows some of its rows, at least one
   * @throws HoneException if no type fits, or more than one does
   */
  public static Detected detect(List<JsonNode> rows) {
    List<List<Detected>> shapes = rows.stream().map(RowShape::candidates).distinct().toList();
    List<List<Detected>> shown = shapes.stream().filter(shape -> !shape.isEmpty()).toList();
    if (shown.size() != 1) {
      throw new HoneException(
          "no type was given and the rows %s; set type:, see docs/formats.md"
              .formatted(
                  shown.isEmpty()
                      ? "show none: " + fields(rows)
                      : "differ: some look like "
                          + said(shown.get(0))
                          + ", others like "
                          + said(shown.get(1))));
    }
    List<Detected> fitting =
        shown.get(0).stream().filter(candidate -> readsAny(candidate, rows)).toList();
    List<Detected> left = fitting.isEmpty() ? shown.get(0) : fitting;
    if (left.size() > 1) {
      throw new HoneException(
          "no type was given and the rows fit more than one: %s; set type: to the one that is meant"
              .formatted(said(left)));
    }
    return left.get(0);
  }

  private static String said(List<Detected> candidates) {
    return candidates.stream()
        .map(candidate -> candidate.asWritten() + " (" + candidate.why() + ")")
        .collect(Collectors.joining(" or "));
  }

  /** A row of another kind among many is for quarantine, so one that can be read is enough. */
  private static boolean readsAny(Detected candidate, List<JsonNode> rows) {
    CorpusReader reader = CorpusReader.of(candidate.type(), candidate.options());
    return rows.stream().anyMatch(row -> reads(reader, row));
  }

  private static boolean reads(CorpusReader reader, JsonNode row) {
    try {
      reader.read(row);
      return true;
    } catch (RefusedRecord e) {
      return false;
    }
  }

  private static String fields(List<JsonNode> rows) {
    Set<String> shown = new LinkedHashSet<>();
    rows.forEach(row -> shown.add(Row.names(row)));
    return shown.stream()
        .limit(3)
        .map(names -> "one has " + names)
        .collect(Collectors.joining("; "));
  }
}
