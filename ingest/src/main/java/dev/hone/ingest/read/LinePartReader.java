package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;

/** One record a line: JSON values, or plain text. Blank lines are skipped but counted as lines. */
final class LinePartReader implements PartReader {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Which of two values was meant, nobody knows.
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private final FilePart part;
  private final PartLines lines;
  private long line;
  private long ordinal;
  private Found next;

  LinePartReader(FilePart part, Configuration hadoop) throws IOException {
    this.part = part;
    this.line = part.firstLine();
    this.ordinal = part.firstOrdinal();
    this.lines = new PartLines(part, hadoop);
    this.next = advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Found next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Found found = next;
    boolean ended = found instanceof Found.Broken broken && broken.reason().equals("damaged_file");
    next = ended ? null : advance();
    return found;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Found advance() {
    try {
      Text text = lines.next();
      while (text != null && PartLines.isBlank(text)) {
        line++;
        text = lines.next();
      }
      if (text == null) {
        return null;
      }
      line++;
      return part.kind() == FileKind.TEXT ? text(text, ordinal++) : json(text, ordinal++);
    } catch (IOException e) {
      if (!PartReader.isDamage(e)) {
        throw new UncheckedIOException(e);
      }
      return new Found.Broken(
          ordinal,
          line + 1,
          "damaged_file",
          "the file is damaged after line %d, and the rest cannot be read: %s; write the file again"
              .formatted(line, e.getMessage()),
          "");
    }
  }

  private Found json(Text text, long position) throws IOException {
    try {
      return new Found.Item(position, line, JSON.readTree(text.getBytes(), 0, text.getLength()));
    } catch (JsonProcessingException e) {
      return new Found.Broken(
          position,
          line,
          "corrupt_json",
          "line %d is no JSON: %s; mend or drop the line".formatted(line, JsonProblem.line(e)),
          new String(text.getBytes(), 0, text.getLength(), UTF_8));
    }
  }

  private Found text(Text text, long position) {
    try {
      String value = Text.decode(text.getBytes(), 0, text.getLength(), false);
      return new Found.Item(
          position, line, JsonNodeFactory.instance.objectNode().put("text", value));
    } catch (CharacterCodingException e) {
      return new Found.Broken(
          position,
          line,
          "invalid_utf8",
          "line %d is not UTF-8; convert the file".formatted(line),
          new String(text.getBytes(), 0, text.getLength(), UTF_8));
    }
  }
}
