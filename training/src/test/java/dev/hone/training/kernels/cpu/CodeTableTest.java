package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.kernels.DynamicMap;
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

  @Test
  void codesAndMiddlesAreExact() {
    for (DynamicMap map : MAPS) {
      CodeTable table = new CodeTable(map);
      for (int code = 0; code < 256; code++) {
        assertEquals(code, encode(table, map.values()[code]));
      }
      for (int code = 0; code < 255; code++) {
        assertEquals(code, encode(table, map.middles()[code]));
        assertEquals(code + 1, encode(table, Math.nextUp(map.middles()[code])));
      }
    }
  }

  @Test
  void numbersOfEverySizeAreAsASearchFindsThem() {
    Random random = new Random(5);
    for (DynamicMap map : MAPS) {
      CodeTable table = new CodeTable(map);
      for (int i = 0; i < 20_000; i++) {
        double number = random.nextGaussian() * Math.pow(10, -9 * random.nextDouble());
        float part = (float) Math.max(-1, Math.min(1, number));
        assertEquals(map.nearest(part), encode(table, part), "code of " + part);
      }
    }
  }

  private static int encode(CodeTable table, float number) {
    byte[] code = new byte[1];
    table.encode(new float[] {number}, code, 0, 1);
    return code[0] & 0xFF;
  }
}
