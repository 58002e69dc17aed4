package dev.hone.formats.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HalfFloatsTest {

  /** Every one of the 65536 values survives the way to float and back. */
  @Test
  void everyHalfComesBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float f16 = HalfFloats.f16ToFloat((short) bits);
      float bf16 = HalfFloats.bf16ToFloat((short) bits);
      if (Float.isNaN(f16)) {
        assertTrue(Float.isNaN(HalfFloats.f16ToFloat(HalfFloats.floatToF16(f16))));
      } else {
        assertEquals((short) bits, HalfFloats.floatToF16(f16), "f16 " + bits);
      }
      if (Float.isNaN(bf16)) {
        assertTrue(Float.isNaN(HalfFloats.bf16ToFloat(HalfFloats.floatToBf16(bf16))));
      } else {
        assertEquals((short) bits, HalfFloats.floatToBf16(bf16), "bf16 " + bits);
      }
    }
  }

  /** The neighbours of a value that lies between two halves: nearest, and even at a tie. */
  @Test
  void roundsToNearestEven() {
    assertEquals(1f, f16(1 + 0x1p-11f)); // tie, 1.0 is even
    assertEquals(1 + 0x1p-9f, f16(1 + 3 * 0x1p-11f)); // tie, upwards to even
    assertEquals(1 + 0x1p-10f, f16(1 + 0x1p-11f + 0x1p-20f));
    assertEquals(65504f, f16(65519.99f));
    assertEquals(Float.POSITIVE_INFINITY, f16(65520f));
    assertEquals(0x1p-24f, f16(0x1.8p-25f));
    assertEquals(0f, f16(0x1p-25f)); // tie between 0 and the smallest subnormal
    assertEquals(-0x1p-23f, f16(-0x1.8p-24f));
    assertEquals(0x1p-14f, f16(0x1.fffp-15f)); // the largest subnormal rounds into a normal
    assertEquals(1f, bf16(1 + 0x1p-8f));
    assertEquals(1 + 0x1p-6f, bf16(1 + 3 * 0x1p-8f));
    assertEquals(Float.NEGATIVE_INFINITY, bf16(-Float.MAX_VALUE));
  }

  private static float f16(float value) {
    return HalfFloats.f16ToFloat(HalfFloats.floatToF16(value));
  }

  private static float bf16(float value) {
    return HalfFloats.bf16ToFloat(HalfFloats.floatToBf16(value));
  }
}
