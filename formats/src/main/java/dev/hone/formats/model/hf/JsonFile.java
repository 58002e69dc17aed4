package dev.hone.formats.model.hf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.IoProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON objects in files, read strictly and written as Hugging Face writes them. */
public final class JsonFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * Reads a file that holds one JSON object.
   *
   * @throws HoneException if it is missing, not JSON, or not an object
   */
  public static ObjectNode read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new HoneException(path + " is missing");
    }
    try {
      JsonNode node = JSON.readTree(path.toFile());
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new HoneException(path + " is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new HoneException(
          path
              + " is not JSON: "
              + e.getOriginalMessage()
              + " (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ")",
          e);
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  /** Reads a file beside a class that holds one JSON object. */
  public static ObjectNode resource(Class<?> beside, String name) {
    try (InputStream stream = beside.getResourceAsStream(name)) {
      return (ObjectNode) JSON.readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An empty object to fill. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Writes an object, two spaces a level, keys in the order they were added. */
  public static void write(Path path, ObjectNode object) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));
    try {
      Files.writeString(path, JSON.writer(printer).writeValueAsString(object) + "\n");
    } catch (IOException e) {
      throw new HoneException(path + " cannot be written: " + IoProblem.of(e), e);
    }
  }
}
