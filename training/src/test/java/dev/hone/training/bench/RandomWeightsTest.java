package dev.hone.training.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.KnownShapes;
import dev.hone.formats.model.Weights;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RandomWeightsTest {
  private static final String QUERY = "model.layers.3.self_attn.q_proj.weight";
  private static final Weights SHAPES = KnownShapes.named("qwen2.5-0.5b").weights();

  private static float[] read(long seed, String name, long offset, int count) {
    FloatBuffer target = FloatBuffer.allocate(count);
    new RandomWeights(SHAPES, seed).readFloats(name, offset, target);
    return target.array();
  }

  @Test
  void matricesAreNormal() {
    float[] values = read(1, QUERY, 0, 200_000);
    double mean = 0;
    double square = 0;
    double tail = 0;
    for (float value : values) {
      mean += value / 200_000.0;
      square += value * (double) value / 200_000;
      tail += Math.abs(value) > 0.04 ? 1 / 200_000.0 : 0;
    }
    assertEquals(0, mean, 3e-4);
    assertEquals(0.02, Math.sqrt(square), 2e-4);
    assertEquals(0.0455, tail, 3e-3, "of a normal distribution, 4.55 % are beyond two deviations");
  }

  @Test
  void anElementIsTheSameFromAnyOffset() {
    float[] whole = read(1, QUERY, 0, 64);
    for (int from = 0; from < 9; from++) {
      assertArrayEquals(Arrays.copyOfRange(whole, from, from + 11), read(1, QUERY, from, 11));
    }
  }

  @Test
  void seedsAndTensorsDiffer() {
    float first = read(1, QUERY, 0, 1)[0];
    assertNotEquals(first, read(2, QUERY, 0, 1)[0]);
    assertNotEquals(first, read(1, QUERY.replace("3", "4"), 0, 1)[0]);
    assertNotEquals(first, read(1, QUERY, 896 * 896 - 1, 1)[0]);
  }

  @Test
  void vectorsAreWhatTrainingStartsFrom() {
    assertArrayEquals(new float[] {1, 1}, read(1, "model.norm.weight", 0, 2));
    assertArrayEquals(new float[] {0, 0}, read(1, "model.layers.0.self_attn.q_proj.bias", 0, 2));
    assertTrue(new RandomWeights(SHAPES, 1).mappedFloats(QUERY).isEmpty());
  }
}
