package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.kernels.DynamicMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table finds the code that a search finds. */
@Tag("unit")
class CodeTableTest {
  private static final List<DynamicMap> MAPS = List.of(DynamicMap.signed(), DynamicMap.unsigned());

  /** The example of {@link DynamicMap}. */
  @Test
  void theWorkedExample() {
    float[] parts = {1, -0.5f, 0.00025f, 0};
    byte[] codes = new byte[4];
    CodeTable table = new CodeTable(DynamicMap.signed());
    table.encode(parts, codes, 0, 4);
    assertArrayEquals(new byte[] {(byte) 255, 35, (byte) 136, 127}, codes);
    float[] back = new float[4];
    table.decode(codes, 4, back, 0, 4);
    assertArrayEquals(new float[] {4, -2.003125f, 0.001075f, 0}, back, 1e-6f);
  }

  /** Enough numbers that some are done in vectors, and some one by one. */
  @Test
  void codesAndMiddlesAreExact() {
    for (DynamicMap map : MAPS) {
      same(map, map.values());
      // The last code has no next.
      float[] middles = Arrays.copyOf(map.middles(), 255);
      same(map, middles);
      float[] above = middles.clone();
      for (int i = 0; i < above.length; i++) {
        above[i] = Math.nextUp(above[i]);
      }
      same(map, above);
    }
  }

  @Test
  void numbersOfEverySizeAreAsASearchFindsThem() {
    Random random = new Random(5);
    float[] numbers = new float[20_003];
    for (int i = 0; i < numbers.length; i++) {
      double number = random.nextGaussian() * Math.pow(10, -9 * random.nextDouble());
      numbers[i] = (float) Math.max(-1, Math.min(1, number));
    }
    MAPS.forEach(map -> same(map, numbers));
  }

  private static void same(DynamicMap map, float[] numbers) {
    CodeTable table = new CodeTable(map);
    byte[] codes = new byte[numbers.length];
    float[] decoded = new float[numbers.length];
    table.encode(numbers, codes, 0, numbers.length);
    table.decode(codes, 3, decoded, 0, numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      assertEquals(map.nearest(numbers[i]), codes[i] & 0xFF, "code of " + numbers[i]);
      assertEquals(3 * map.values()[codes[i] & 0xFF], decoded[i]);
    }
  }
}
