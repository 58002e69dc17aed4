package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EncodeFuzzTest {

  @Test
  void everyConversationIsEncodedOrRefused() {
    try (Tokenizer tokenizer = DjlTokenizer.open(Path.of("src/test/resources/tokenizer"))) {
      EncodeFuzz fuzz = new EncodeFuzz(4, List.of(tokenizer), List.of());
      for (int i = 0; i < 1_000; i++) {
        fuzz.step();
      }
      Map<String, Integer> outcomes = fuzz.outcomes();
      assertEquals(
          4_000,
          outcomes.values().stream().mapToInt(Integer::intValue).sum()
              + 3 * outcomes.get("no template"),
          outcomes.toString());
      assertTrue(
          outcomes
              .keySet()
              .containsAll(
                  Set.of(
                      "accepted", "template_refused", "left_out_by_template", "no_trained_token")),
          outcomes.toString());
      assertTrue(outcomes.get("accepted") > 1_000, outcomes.toString());
    }
  }
}
