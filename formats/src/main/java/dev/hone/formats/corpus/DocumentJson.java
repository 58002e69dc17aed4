package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * The normalised record of column {@code documents.record}: one spelling for each document, with
 * the keys in a fixed order and nothing that is absent, so that equal documents are equal bytes.
 *
 * <pre>{@code
 * {"messages":[{"role":"user","content":"Add.\n2 2","input_start":5},{"role":"assistant","content":"4","weight":0.5}]}
 * {"prompt":"Q: ","text":"A"}
 * {"segments":[{"text":"Q: ","weight":0},{"text":"A","weight":1}],"closed":false}
 * {"input_ids":[5,6],"labels":[-100,6]}
 * {"chosen":{"text":"A"},"rejected":{"text":"B"},"margin":1.5}
 * {"completion":{"text":"A"},"label":true}
 * }</pre>
 *
 * <p>The second is short for an input, if any, and a closed text of weight 1. It is the spelling
 * that most texts have had from the start, and the split depends on it.
 */
public final class DocumentJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DocumentJson() {}

  public static String write(Document document) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(text)) {
      new DocumentWriter(json).write(document);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #write} wrote, in this or an earlier version.
   *
   * @param kind {@link Document#kind()}
   * @throws HoneException if the text is no normalised record of this kind
   */
  public static Document read(String json, String kind) {
    try {
      JsonNode record = MAPPER.readTree(json);
      return DocumentParser.read(record, kind);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new HoneException(
          "a record of kind '%s' in table documents cannot be read: %s; run prep again on its source"
              .formatted(kind, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }
}
