package dev.hone.formats.model.nf4;

import java.util.Arrays;

/**
 * bitsandbytes' signed dynamic map ({@code functional.create_dynamic_map()}): 256 numbers from
 * -0.993 to 1, the finer the closer to 0. For each power of ten from 1e-6 to 1, the range from a
 * tenth of it up to it is cut into 1, 2, 4, ... 64 equal parts, whose middles are numbers of the
 * map, with both signs; 0 and 1 complete it.
 *
 * <p>Example: the range from 1e-7 to 1e-6 has one middle, 5.5e-7; that from 0.1 to 1 has 64 of
 * them, the largest 0.99296875.
 */
public final class DynamicCodes {
  private static final int RANGES = 7;
  private static final float[] VALUES = values();

  private DynamicCodes() {}

  private static float[] values() {
    float[] values = new float[256];
    int count = 0;
    for (int range = 0; range < RANGES; range++) {
      int parts = 1 << range;
      float power = (float) Math.pow(10, range - (RANGES - 1));
      for (int i = 0; i < parts; i++) {
        float middle = power * ((bound(i, parts) + bound(i + 1, parts)) / 2);
        values[count++] = middle;
        values[count++] = -middle;
      }
    }
    values[count++] = 0;
    values[count] = 1;
    Arrays.sort(values);
    return values;
  }

  /** The i-th of parts + 1 bounds from 0.1 to 1, rounded as {@code torch.linspace} does it. */
  private static float bound(int i, int parts) {
    float step = (1 - 0.1f) / parts;
    return i < (parts + 1) / 2 ? Math.fma(step, i, 0.1f) : Math.fma(-step, parts - i, 1f);
  }

  /** The number of a code, 0 to 255, ascending. */
  public static float value(int code) {
    return VALUES[code];
  }

  /** The code whose number is nearest. */
  static int code(float number) {
    int found = Arrays.binarySearch(VALUES, number);
    if (found >= 0) {
      return found;
    }
    int above = -found - 1;
    if (above == 0 || above == VALUES.length) {
      return Math.min(above, VALUES.length - 1);
    }
    return VALUES[above] - number < number - VALUES[above - 1] ? above : above - 1;
  }
}
