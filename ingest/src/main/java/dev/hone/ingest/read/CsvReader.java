package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import dev.hone.formats.FailureText;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Comma-separated values under a line of names (RFC 4180: a quoted value may hold line breaks, and
 * a quote as two). Every value is a string; an empty one without quotes is absent.
 */
final class CsvReader implements PartReader {
  private final CsvParser parser;
  private final String[] names;
  private long ordinal;
  private String[] next;
  private long nextLine;
  private Found.Broken end;

  CsvReader(FilePart part, Configuration hadoop) throws IOException {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setQuoteEscape('"');
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setMaxCharsPerColumn(-1);
    settings.setMaxColumns(10_000);
    settings.setEmptyValue("");
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    // A # begins a heading more often than a comment.
    settings.setCommentProcessingEnabled(false);
    parser = new CsvParser(settings);
    parser.beginParsing(new InputStreamReader(PartReader.stream(part.path(), hadoop), UTF_8));
    names = parse();
    next = names == null ? null : parse();
  }

  @Override
  public boolean hasNext() {
    return next != null || end != null;
  }

  @Override
  public Found next() {
    if (next == null) {
      if (end == null) {
        throw new NoSuchElementException();
      }
      Found last = end;
      end = null;
      return last;
    }
    String[] values = next;
    long position = ordinal++;
    long line = nextLine;
    next = parse();
    if (values.length != names.length) {
      return new Found.Broken(
          position,
          line,
          "wrong_columns",
          "the row on line %d has %d values and the first line %d names; mend or drop the row"
              .formatted(line, values.length, names.length),
          Arrays.toString(values));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < names.length; i++) {
      if (values[i] != null) {
        row.put(names[i], values[i]);
      }
    }
    return new Found.Item(position, line, row);
  }

  @Override
  public void close() {
    parser.stopParsing();
  }

  /** The next row; null at the end, or where the rest cannot be read. */
  private String[] parse() {
    try {
      String[] values = parser.parseNext();
      nextLine = parser.getContext().currentLine() - lineBreaks(values);
      return values;
    } catch (TextParsingException | IllegalStateException e) {
      Optional<IOException> failure = failure(e);
      if (failure.isPresent() && !PartReader.isDamage(failure.get())) {
        throw new UncheckedIOException(failure.get());
      }
      end =
          new Found.Broken(
              ordinal,
              parser.getContext().currentLine() + 1,
              failure.isPresent() ? "damaged_file" : "corrupt_csv",
              "the file cannot be read after line %d: %s; write the file again"
                  .formatted(
                      parser.getContext().currentLine(),
                      FailureText.firstLine(failure.<Exception>map(io -> io).orElse(e))),
              "");
      return null;
    }
  }

  /** How many lines a row has besides its last, at which the parser stands. */
  private static long lineBreaks(String[] values) {
    return values == null
        ? 0
        : Arrays.stream(values)
            .filter(Objects::nonNull)
            .flatMapToInt(String::chars)
            .filter(c -> c == '\n')
            .count();
  }

  /** What the file system said, if it was not the parser that failed. */
  private static Optional<IOException> failure(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io) {
        return Optional.of(io);
      }
    }
    return Optional.empty();
  }
}
