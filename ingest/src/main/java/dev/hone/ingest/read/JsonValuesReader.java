package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/**
 * JSON values of any layout, one at a time: the elements of an outer array, or objects one after
 * the other. One task reads the file from its beginning, since the middle of a JSON file does not
 * tell where a record starts; memory holds one record.
 *
 * <p>What comes after a syntax error cannot be trusted, so it is one broken record.
 */
final class JsonValuesReader implements PartReader {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FilePart part;
  private final Configuration hadoop;
  private final JsonParser parser;
  private boolean inArray;
  private boolean ended;
  private long ordinal;
  private Found next;

  JsonValuesReader(FilePart part, Configuration hadoop) throws IOException {
    this.part = part;
    this.hadoop = hadoop;
    this.parser = MAPPER.createParser(PartReader.stream(part.path(), hadoop));
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
    next = ended ? null : advance();
    return found;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  private Found advance() {
    long start = parser.currentLocation().getByteOffset();
    try {
      JsonToken token = parser.nextToken();
      while (token != null) {
        if (!inArray && token == JsonToken.START_ARRAY) {
          inArray = true;
        } else if (token == JsonToken.END_ARRAY) {
          inArray = false;
        } else {
          start = parser.currentTokenLocation().getByteOffset();
          long line = parser.currentTokenLocation().getLineNr();
          JsonNode json = MAPPER.readTree(parser);
          return new Found.Item(ordinal++, line, json);
        }
        start = parser.currentLocation().getByteOffset();
        token = parser.nextToken();
      }
      return null;
    } catch (JsonProcessingException e) {
      return broken("corrupt_json", JsonProblem.line(e), start);
    } catch (IOException e) {
      if (!PartReader.isDamage(e)) {
        throw new UncheckedIOException(e);
      }
      return broken("damaged_file", e.getMessage(), start);
    }
  }

  private Found broken(String reason, String problem, long start) {
    ended = true;
    long before = parser.currentTokenLocation().getLineNr();
    return new Found.Broken(
        ordinal,
        before,
        reason,
        "the file is no JSON from line %d on, and what follows cannot be read: %s; mend the file, whose first %d records were read"
            .formatted(before, problem, ordinal),
        text(start));
  }

  /** The text from a byte on; read anew, because the parser has consumed it. */
  private String text(long start) {
    try (InputStream bytes = PartReader.stream(part.path(), hadoop)) {
      bytes.skipNBytes(start);
      return new String(bytes.readNBytes(RAW_LIMIT), UTF_8);
    } catch (IOException e) {
      // The damage itself; there is nothing to show.
      return "";
    }
  }
}
