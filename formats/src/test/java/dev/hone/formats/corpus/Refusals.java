package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Reads rows of a named format in tests. */
final class Refusals {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Refusals() {}

  static Document read(String type, String json) throws RefusedRecord {
    return read(type, json, Map.of());
  }

  /** Reads a row with some options other than the defaults. */
  static Document read(String type, String json, Map<String, String> configured)
      throws RefusedRecord {
    try {
      return CorpusReader.of(type, configured).read(MAPPER.readTree(json)).document();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** A row is refused for a reason, in one line that contains the given words. */
  static void assertRefused(String type, String json, String reason, String... words) {
    RefusedRecord refused = assertThrows(RefusedRecord.class, () -> read(type, json), json);
    assertAll(
        () -> assertEquals(reason, refused.reason(), refused.getMessage()),
        () -> assertFalse(refused.getMessage().contains("\n"), refused.getMessage()));
    for (String word : words) {
      assertTrue(
          refused.getMessage().contains(word),
          () -> "'" + word + "' not in: " + refused.getMessage());
    }
  }
}
