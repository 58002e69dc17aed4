package dev.hone.formats.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class KnownShapesTest {

  /** The number of weights of each published checkpoint, which a wrong dimension would change. */
  @ParameterizedTest
  @CsvSource({
    "llama-3.1-8b, 8030261248",
    "llama-3.2-1b, 1235814400",
    "mistral-7b, 7248023552",
    "qwen2.5-0.5b, 494032768",
    "qwen2.5-7b, 7615616512",
    "qwen3-0.6b, 596049920",
    "smollm2-135m, 134515008",
    "smollm2-360m, 361821120"
  })
  void haveTheWeightsOfTheirModels(String name, long weights) {
    ModelDirectory model = KnownShapes.named(name);
    assertEquals(
        weights, model.tensors().stream().mapToLong(t -> TensorInfo.elements(t.shape())).sum());
    assertEquals(name, model.name());
    assertTrue(KnownShapes.has(name));
  }

  @Test
  void anUnknownOneNamesThoseThatAreThere() {
    HoneException e = assertThrows(HoneException.class, () -> KnownShapes.named("gpt-2"));
    assertEquals(
        "hone knows no shape 'gpt-2'; it knows " + String.join(", ", KnownShapes.names()),
        e.getMessage());
    assertEquals(8, KnownShapes.names().size());
    assertEquals(KnownShapes.names().stream().sorted().toList(), KnownShapes.names());
    assertEquals(List.of("llama-3.1-8b", "llama-3.2-1b"), KnownShapes.names().subList(0, 2));
  }
}
