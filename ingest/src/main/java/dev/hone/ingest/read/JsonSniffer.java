package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Tells JSON lines from JSON over several lines by the first bytes, whatever the file is called.
 *
 * <pre>
 * [{"a": 1},             values: the first value goes on after the first line
 *  {"a": 2}]
 * {"a": 1}               lines
 * {"a": 2}
 * {"a": [1,              lines, the first one corrupt: read on, it is no JSON
 * {"a": 2}
 * [{"a": 1}, {"a": 2}]   values, if there is nothing below it
 * </pre>
 */
public final class JsonSniffer {
  /** Longer first records are taken for lines. */
  private static final int HEAD = 64 * 1024;

  private static final JsonFactory JSON = new JsonFactory();

  private JsonSniffer() {}

  /** Reads the beginning of a file. */
  public static FileKind kind(String path, Configuration hadoop) throws IOException {
    try (InputStream bytes = PartReader.stream(path, hadoop)) {
      byte[] head = bytes.readNBytes(HEAD);
      return kind(head, head.length == HEAD);
    } catch (IOException e) {
      if (PartReader.isDamage(e)) {
        // The readers say what is damaged, and where.
        return FileKind.JSON_LINES;
      }
      throw e;
    }
  }

  /**
   * Decides on the beginning of a file.
   *
   * @param cut whether the file goes on after it
   */
  static FileKind kind(byte[] head, boolean cut) throws IOException {
    boolean array = false;
    try (JsonParser parser = JSON.createParser(head)) {
      JsonToken first = parser.nextToken();
      if (first == null || !first.isStructStart()) {
        return FileKind.JSON_LINES;
      }
      array = first == JsonToken.START_ARRAY;
      int firstLine = parser.currentTokenLocation().getLineNr();
      parser.skipChildren();
      if (parser.currentLocation().getLineNr() > firstLine) {
        return FileKind.JSON_VALUES;
      }
      boolean alone = !cut && parser.nextToken() == null;
      return array && alone ? FileKind.JSON_VALUES : FileKind.JSON_LINES;
    } catch (JsonEOFException e) {
      // The first value goes on after what was read. A line that ends too early is no such value:
      // the next line would not fit, and be a syntax error.
      return array || isSeveralLines(head) ? FileKind.JSON_VALUES : FileKind.JSON_LINES;
    } catch (JsonProcessingException e) {
      return array ? FileKind.JSON_VALUES : FileKind.JSON_LINES;
    }
  }

  private static boolean isSeveralLines(byte[] head) {
    return new String(head, UTF_8).strip().indexOf('\n') >= 0;
  }
}
