package dev.hone.ingest.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class JsonProblemTest {

  @Test
  void saysNothingOfWhereJacksonReadIt() {
    JsonProcessingException open =
        assertThrows(
            JsonProcessingException.class, () -> new ObjectMapper().readTree("{\"a\": [1"));
    assertEquals(
        "Unexpected end-of-input: expected close marker for Array", JsonProblem.line(open));
  }
}
