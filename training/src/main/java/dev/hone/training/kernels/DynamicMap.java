package dev.hone.training.kernels;

import java.util.Arrays;

/**
 * The 256 numbers in [-1, 1], or in [0, 1], that a byte of an optimizer's 8-bit state stands for:
 * dynamic quantization (Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization",
 * section 2.2 and appendix C), as {@code bitsandbytes.functional.create_dynamic_map} makes it.
 * Seven powers of ten are cut into ever more equal parts, of which the middles are the codes: 1, 2,
 * 4, ... 64 from the smallest to the largest with a sign, twice as many without; then 0 and 1.
 *
 * <p>Values are stored in blocks of {@value #BLOCK}: the largest absolute value of the block, and
 * for each value the code nearest to its part of that. Example, with a sign: of the block (4, -2,
 * 0.001, 0) the largest is 4, the parts are (1, -0.5, 0.00025, 0), their codes (255, 35, 136, 127),
 * which stand for (4, -2.003125, 0.001075, 0).
 */
public final class DynamicMap {
  /** Values that share one largest absolute value. */
  public static final int BLOCK = 256;

  private static final int CODES = 256;
  private static final int POWERS = 7;

  private final float[] values;
  private final float[] middles = new float[CODES];

  private DynamicMap(boolean signed) {
    values = values(signed);
    for (int code = 0; code + 1 < CODES; code++) {
      middles[code] = (values[code] + values[code + 1]) * 0.5f;
    }
    middles[CODES - 1] = Float.POSITIVE_INFINITY;
  }

  /** The codes of first moments. */
  public static DynamicMap signed() {
    return new DynamicMap(true);
  }

  /** The codes of second moments. */
  public static DynamicMap unsigned() {
    return new DynamicMap(false);
  }

  /** What each code stands for, ascending; a copy. */
  public float[] values() {
    return values.clone();
  }

  /** Above which number the next code is nearer, by code; a copy. */
  public float[] middles() {
    return middles.clone();
  }

  /** The code nearest to a number; of two that are equally near, the lower. */
  public int nearest(float number) {
    int code = 0;
    while (number > middles[code]) {
      code++;
    }
    return code;
  }

  private static float[] values(boolean signed) {
    float[] values = new float[CODES];
    int count = 0;
    for (int power = 0; power < POWERS; power++) {
      int parts = 1 << (signed ? power : power + 1);
      float scale = (float) Math.pow(10, power - POWERS + 1);
      for (int part = 0; part < parts; part++) {
        float low = (float) (0.1 + 0.9 * part / parts);
        float high = (float) (0.1 + 0.9 * (part + 1) / parts);
        float middle = (low + high) / 2 * scale;
        values[count++] = middle;
        if (signed) {
          values[count++] = -middle;
        }
      }
    }
    values[count++] = 0;
    values[count] = 1;
    Arrays.sort(values);
    return values;
  }
}
