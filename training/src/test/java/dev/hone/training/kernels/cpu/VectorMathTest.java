package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class VectorMathTest {
  private static final int LANES = Lanes.LANES;

  @Test
  void theExponentialIsThatOfJava() {
    assertNear(VectorMath::exp, Math::exp, -87.3, 88.7, 2e-7);
    assertNear(VectorMath::exp, Math::exp, -1e-3, 1e-3, 2e-7);
    assertEquals(0f, one(VectorMath::exp, Float.NEGATIVE_INFINITY));
    assertEquals(0f, one(VectorMath::exp, -1e30f));
    assertEquals(1f, one(VectorMath::exp, 0f));
    assertEquals(Float.POSITIVE_INFINITY, one(VectorMath::exp, 89f));
    assertEquals(Float.POSITIVE_INFINITY, one(VectorMath::exp, Float.POSITIVE_INFINITY));
    assertEquals(Float.NaN, one(VectorMath::exp, Float.NaN));
  }

  @Test
  void theTangentIsThatOfJava() {
    assertNear(VectorMath::tanh, Math::tanh, -12, 12, 3e-7);
    assertNear(VectorMath::tanh, Math::tanh, -1e-4, 1e-4, 3e-7);
    assertEquals(1f, one(VectorMath::tanh, Float.POSITIVE_INFINITY));
    assertEquals(-1f, one(VectorMath::tanh, -200f));
    assertEquals(Float.NaN, one(VectorMath::tanh, Float.NaN));
  }

  @Test
  void aSumIsThatOfHalves() {
    float[] values = new float[LANES];
    double expected = 0;
    for (int i = 0; i < LANES; i++) {
      values[i] = 1 << i;
      expected += values[i];
    }
    assertEquals(expected, VectorMath.sum(FloatVector.fromArray(Lanes.SPECIES, values, 0)));
  }

  /** The first calls are interpreted, the last ones compiled. */
  @Test
  void noBitDependsOnHowTheCodeRuns() {
    float[] first = results();
    for (int i = 0; i < 3000; i++) {
      results();
    }
    float[] last = results();
    for (int i = 0; i < first.length; i++) {
      assertEquals(Float.floatToRawIntBits(first[i]), Float.floatToRawIntBits(last[i]), "at " + i);
    }
  }

  private static float[] results() {
    Random random = new Random(3);
    int n = 16 * LANES + 3;
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
      y[i] = (float) random.nextGaussian();
    }
    float dot = RowMath.dot(x, 0, y, 0, n);
    float sum = (float) RowMath.sum(y, n);
    RowMath.softCap(x, 0, 0.7f, 1.5f, n);
    double[] sums = new double[3];
    RowMath.softmaxSums(y, RowMath.max(y, 0, n), n, sums);
    float[] all = new float[2 * n + 6];
    System.arraycopy(x, 0, all, 0, n);
    all[2 * n] = (float) RowMath.exp(x, 0, 1.3f, -0.5f, n);
    System.arraycopy(y, 0, all, n, n);
    all[2 * n + 1] = dot;
    all[2 * n + 2] = sum;
    for (int i = 0; i < 3; i++) {
      all[2 * n + 3 + i] = (float) sums[i];
    }
    return all;
  }

  private static void assertNear(
      UnaryOperator<FloatVector> function,
      DoubleUnaryOperator exact,
      double from,
      double to,
      double tolerance) {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      float x = (float) (from + (to - from) * random.nextDouble());
      double expected = exact.applyAsDouble(x);
      double error = Math.abs(one(function, x) - expected);
      assertTrue(error <= tolerance * Math.abs(expected), x + " is off by " + error / expected);
    }
  }

  private static float one(UnaryOperator<FloatVector> function, float x) {
    return function.apply(FloatVector.broadcast(Lanes.SPECIES, x)).lane(LANES - 1);
  }
}
