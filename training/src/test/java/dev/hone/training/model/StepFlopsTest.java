package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.TensorSpec;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StepFlopsTest {
  private static final ModelDirectory MODEL =
      ModelDirectory.open(Path.of("src/test/resources/parity/qwen3/model"));
  private static final int[] DOCUMENTS = {7, 5};
  private static final int LOSSES = 10;

  /** Two for each weight that a token meets, found by the tensors that the model has. */
  @Test
  void countsEveryWeightOfTheModel() {
    ModelConfig config = MODEL.config();
    double linear = 0;
    double adapter = 0;
    for (TensorSpec tensor : MODEL.tensors()) {
      if (tensor.name().endsWith("_proj.weight")) {
        linear += 2.0 * 12 * tensor.shape()[0] * tensor.shape()[1];
        adapter += 2.0 * 12 * 4 * (tensor.shape()[0] + tensor.shape()[1]);
      }
    }
    double head = 2.0 * LOSSES * config.vocabSize() * config.hiddenSize();
    double width = (double) config.numAttentionHeads() * config.headDim();
    double attention = config.numHiddenLayers() * 2 * width * (49 + 25);

    StepFlops full = StepFlops.of(config, OptionalInt.empty(), DOCUMENTS, LOSSES);
    assertEquals(linear + head + attention, full.forward(), 1);
    assertEquals(2 * (linear + head + attention), full.backward(), 1);
    assertEquals(3 * (linear + head + attention), full.total(), 1);

    StepFlops lora = StepFlops.of(config, OptionalInt.of(4), DOCUMENTS, LOSSES);
    assertEquals(linear + head + attention + adapter, lora.forward(), 1);
    assertEquals(linear + head + 2 * attention + 2 * adapter, lora.backward(), 1);
  }
}
