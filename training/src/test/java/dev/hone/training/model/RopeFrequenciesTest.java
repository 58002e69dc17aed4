package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.hone.formats.model.ModelConfig;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RopeFrequenciesTest {

  @Test
  void plainFrequenciesArePowersOfTheta() {
    assertArrayEquals(
        new float[] {1, 0.1f, 0.01f, 0.001f},
        RopeFrequencies.of(new ModelConfig.Rope(10000, Optional.empty()), 8),
        1e-9f);
  }

  /**
   * With 628.3 original positions the four pairs turn 100, 10, 1 and 0.1 times: above high = 40
   * stays, below low = 0.4 is divided by 8, and of those between, smooth = (10 - 0.4) / 39.6 and (1
   * - 0.4) / 39.6 is the part that stays.
   */
  @Test
  void llama3SlowsLongWavelengths() {
    ModelConfig.Llama3Scaling scaling = new ModelConfig.Llama3Scaling(8, 0.4, 40, 628);
    double turns = 628 / (2 * Math.PI);
    double second = (turns * 0.1 - 0.4) / 39.6;
    double third = (turns * 0.01 - 0.4) / 39.6;
    assertArrayEquals(
        new float[] {
          1,
          (float) (0.1 * (second + (1 - second) / 8)),
          (float) (0.01 * (third + (1 - third) / 8)),
          0.001f / 8
        },
        RopeFrequencies.of(new ModelConfig.Rope(10000, Optional.of(scaling)), 8),
        1e-9f);
  }
}
