package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class Bf16Test {

  @Test
  void everyValueComesBack() {
    short[] all = new short[1 << 16];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    float[] wide = new float[all.length + 3];
    Bf16.widen(all, wide, 3, all.length);
    short[] again = new short[all.length];
    Bf16.narrow(wide, 3, again, all.length);
    for (int i = 0; i < all.length; i++) {
      assertEquals(
          Float.floatToRawIntBits(Bf16.toFloat(all[i])), Float.floatToRawIntBits(wide[3 + i]));
      if (Float.isNaN(wide[3 + i])) {
        assertTrue(Float.isNaN(Bf16.toFloat(again[i])));
      } else {
        assertEquals(all[i], again[i]);
      }
    }
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    assertEquals(1.0f, Bf16.toFloat(Bf16.of(1.00390625f)));
    assertEquals(1.015625f, Bf16.toFloat(Bf16.of(1.01171875f)));
    assertEquals(Float.POSITIVE_INFINITY, Bf16.toFloat(Bf16.of(Float.MAX_VALUE)));
    Random random = new Random(3);
    float[] values = new float[1003];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    short[] narrow = new short[values.length];
    Bf16.narrow(values, 0, narrow, values.length);
    for (int i = 0; i < values.length; i++) {
      assertEquals(Bf16.of(values[i]), narrow[i], "of " + values[i]);
      float near = Bf16.toFloat(narrow[i]);
      if (Float.isFinite(near)) {
        // No bfloat16 is nearer: the neighbours are an ulp of 2^16 float ulps away.
        assertTrue(
            Math.abs((double) near - values[i]) <= 32768.0 * Math.ulp(values[i]) * 1.0001,
            values[i] + " became " + near);
      }
    }
  }
}
