package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SplitTensorTest {
  private static final int LENGTH = 100_003;

  /** Every exponent and sign, what lies half-way between two bfloat16, and what is no number. */
  private static float[] values() {
    float[] values = new float[LENGTH];
    Random random = new Random(5);
    for (int i = 0; i < LENGTH; i++) {
      int bits = random.nextInt();
      values[i] = Float.intBitsToFloat(i % 3 == 0 ? bits & 0xFFFF0000 | 0x7FFF + i % 5 : bits);
    }
    float[] special = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.intBitsToFloat(0x7FFFFFFF),
      Float.intBitsToFloat(0xFFFFFFFF),
      Float.intBitsToFloat(0x7F800001)
    };
    System.arraycopy(special, 0, values, 0, special.length);
    System.arraycopy(special, 0, values, LENGTH - special.length, special.length);
    return values;
  }

  private static float[] read(CpuTensor tensor, int from, int count) {
    float[] read = new float[count + 1];
    tensor.load(from, read, 1, count);
    float[] found = new float[count];
    System.arraycopy(read, 1, found, 0, count);
    return found;
  }

  private static void same(float expected, float found) {
    assertEquals(
        Float.floatToIntBits(expected), Float.floatToIntBits(found), expected + ", " + found);
  }

  @Test
  void everyFloatComesBack() {
    float[] values = values();
    SplitTensor split = SplitTensor.on(F32Tensor.zeros(1, LENGTH));
    split.store(0, values, 0, LENGTH);
    float[] found = read(split, 0, LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      same(values[i], found[i]);
    }
    assertEquals(4 * LENGTH, split.bytes());
  }

  @Test
  void productsReadTheNearest() {
    float[] values = values();
    SplitTensor split = SplitTensor.on(F32Tensor.zeros(1, LENGTH));
    split.store(0, values, 0, LENGTH);
    float[] read = read(split.upper(), 0, LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      boolean tie = (Float.floatToRawIntBits(values[i]) & 0xFFFF) == 0x8000;
      if (tie && !Float.isNaN(values[i])) {
        int away = Float.floatToRawIntBits(values[i]) + 0x8000;
        same(Float.intBitsToFloat(away), read[i]);
      } else {
        same(Bf16.toFloat(Bf16.of(values[i])), read[i]);
      }
    }
  }

  @Test
  void theExampleHolds() {
    SplitTensor split = SplitTensor.on(F32Tensor.zeros(1, 1));
    split.store(0, new float[] {1.00390625f}, 0, 1);
    assertEquals(1.0078125f, read(split.upper(), 0, 1)[0]);
    assertEquals(1.00390625f, read(split, 0, 1)[0]);
  }

  @Test
  void aRunIsOnTheSameMemory() {
    float[] values = values();
    SplitTensor split = SplitTensor.on(F32Tensor.zeros(LENGTH, 1));
    split.store(0, values, 0, LENGTH);
    SplitTensor run = split.run(4001, 6000);
    assertEquals(6000, run.length());
    float[] found = read(run, 0, 6000);
    for (int i = 0; i < found.length; i++) {
      same(values[4001 + i], found[i]);
    }
    run.store(17, new float[] {0.3f}, 0, 1);
    same(0.3f, read(split, 4018, 1)[0]);
    same(values[4019], read(split, 4019, 1)[0]);
    assertTrue(Math.abs(read(split.upper(), 4018, 1)[0] - 0.3f) <= 0.3f / 256);
  }

  @Test
  void elementsAreCopied() {
    float[] values = values();
    SplitTensor from = SplitTensor.on(F32Tensor.zeros(1, LENGTH));
    SplitTensor to = SplitTensor.on(F32Tensor.zeros(1, LENGTH));
    from.store(0, values, 0, LENGTH);
    to.copy(from, 100, 5000, 3000);
    float[] found = read(to, 5000, 3000);
    for (int i = 0; i < found.length; i++) {
      same(values[100 + i], found[i]);
    }
    same(0f, read(to, 8000, 1)[0]);
  }
}
