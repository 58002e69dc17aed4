package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RopeFrequenciesTest {

  @Test
  void plainFrequenciesArePowersOfTheta() {
    assertArrayEquals(
        new float[] {1, 0.1f, 0.01f, 0.001f}, RopeFrequencies.of(Rope.of(10000), 8), 1e-9f);
  }

  /**
   * With 628.3 original positions the four pairs turn 100, 10, 1 and 0.1 times: above high = 40
   * stays, below low = 0.4 is divided by 8, and of those between, smooth = (10 - 0.4) / 39.6 and (1
   * - 0.4) / 39.6 is the part that stays.
   */
  @Test
  void llama3SlowsLongWavelengths() {
    RopeScaling scaling = new RopeScaling.Llama3(8, 0.4, 40, 628);
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
        RopeFrequencies.of(Rope.of(10000, scaling), 8),
        1e-9f);
  }

  @Test
  void linearDividesAllOfThem() {
    assertArrayEquals(
        new float[] {0.125f, 0.0125f, 0.00125f, 0.000125f},
        RopeFrequencies.of(Rope.of(10000, new RopeScaling.Linear(8)), 8),
        1e-9f);
  }

  @Test
  void aPartOfAHeadHasFrequenciesOfItsOwn() {
    assertArrayEquals(
        new float[] {1, 0.01f},
        RopeFrequencies.of(new Rope(10000, 0.5, Optional.empty()), 8),
        1e-9f);
  }

  /**
   * With theta 10 and D = 8, pair i turns {@code original / (2π 10^(i/4))} times. Of 62.8 original
   * positions that is 10 for the first, and 1 for the one with index 4: between them the divided
   * part grows by a quarter each.
   */
  @Test
  void yarnBlendsByIndex() {
    RopeScaling.Yarn yarn = new RopeScaling.Yarn(4, 1.14, 10, 1, 63, false);
    double low = 8 * Math.log(63 / (10 * 2 * Math.PI)) / (2 * Math.log(10));
    double high = 8 * Math.log(63 / (2 * Math.PI)) / (2 * Math.log(10));
    float[] expected = new float[4];
    for (int i = 0; i < 4; i++) {
      double divided = Math.max(0, (i - low) / (high - low));
      double plain = Math.pow(10, -i / 4.0);
      expected[i] = (float) (plain * (divided / 4 + 1 - divided));
    }
    assertArrayEquals(expected, RopeFrequencies.of(Rope.of(10, yarn), 8), 1e-7f);
    assertEquals(1.14, RopeFrequencies.scale(Rope.of(10, yarn)));
  }
}
