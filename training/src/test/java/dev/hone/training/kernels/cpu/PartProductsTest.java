package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hone.training.kernels.Precision;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a CPU has no bf16, oneDNN converts: slow, and the same numbers. */
@Tag("unit")
class PartProductsTest {
  /**
   * Of the sum of absolute terms: ten roundings of a float. Two parts of three leave out more.
   * oneDNN's own sums of floats differed from sums in double by up to 1.2e-6 of it.
   */
  private static final double TOLERANCE = 6e-7;

  /** Of sums of many thousand terms, where those of parts differed by up to 1.4e-6. */
  private static final double OF_MANY = 2e-6;

  private static final double ALPHA = 0.75;

  private final Random random = new Random(5);

  private static float[] values(CpuTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    tensor.load(0, values, 0, values.length);
    return values;
  }

  /** Numbers of very different size, as activations and gradients are. */
  private <T extends CpuTensor> T fill(T tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
    }
    tensor.store(0, values, 0, values.length);
    return tensor;
  }

  private static PartProducts products(int threads) {
    Workers workers = new Workers(threads);
    FlatKernels flat = new FlatKernels(workers);
    return new PartProducts(new Products(Precision.F32, flat, workers), flat);
  }

  /** Of the last three, one has many terms, and two have more than one tile of rows, of columns. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0",
    "1, 48, 20, 1",
    "7, 33, 17, 0",
    "64, 96, 80, 1",
    "70, 31, 200, 0.5",
    "5, 1024, 1100, 1",
    "2, 16384, 40, 0",
    "1030, 20, 24, 1",
    "3, 8, 1200, 0.5"
  })
  void agreeWithSumsInDouble(int rows, int in, int out, double beta) {
    for (int threads = 1; threads <= 2; threads++) {
      PartProducts products = products(threads);
      Bf16Tensor w = fill(Bf16Tensor.zeros(out, in));
      F32Tensor x = fill(F32Tensor.zeros(rows, in));
      F32Tensor y = fill(F32Tensor.zeros(rows, out));
      float[] before = values(y);
      products.forward(x, w, y, rows, ALPHA, beta);
      check(values(x), values(w), before, values(y), rows, out, in, in, 1, beta);

      F32Tensor dX = fill(F32Tensor.zeros(rows, in));
      float[] dBefore = values(dX);
      products.backward(y, w, dX, rows, ALPHA, beta);
      check(values(y), values(w), dBefore, values(dX), rows, in, out, 1, in, beta);
    }
  }

  /**
   * @param column from one column of the result to the next, in w; term likewise of the sum
   */
  private static void check(
      float[] a,
      float[] w,
      float[] before,
      float[] after,
      int m,
      int n,
      int k,
      int column,
      int term,
      double beta) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = beta * before[i * n + j];
        double size = Math.abs(sum);
        for (int l = 0; l < k; l++) {
          double product = ALPHA * a[i * k + l] * w[j * column + l * term];
          sum += product;
          size += Math.abs(product);
        }
        double error = Math.abs(after[i * n + j] - sum);
        if (!(error <= (k > 4096 ? OF_MANY : TOLERANCE) * size)) {
          fail(
              "row %d, column %d: %s is not %s, off by %s of %s"
                  .formatted(i, j, after[i * n + j], sum, error, size));
        }
      }
    }
  }

  @Test
  void threePartsAreAFloat() {
    float[] example = {1 + 0x1p-9f + 0x1p-23f};
    short[][] parts = new short[PartProducts.PARTS][1003];
    Bf16.threeParts(example, parts[0], parts[1], parts[2], 1);
    assertEquals(1, Bf16.toFloat(parts[0][0]));
    assertEquals(0x1p-9f, Bf16.toFloat(parts[1][0]));
    assertEquals(0x1p-23f, Bf16.toFloat(parts[2][0]));

    float[] values = values(fill(F32Tensor.zeros(1003)));
    values[3] = Float.MAX_VALUE;
    values[1001] = -Float.MAX_VALUE;
    double[] sums = new double[values.length];
    Bf16.threeParts(values, parts[0], parts[1], parts[2], values.length);
    for (short[] part : parts) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += Bf16.toFloat(part[j]);
      }
    }
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], sums[i], 0.0, "value " + i);
    }
  }

  @Test
  void memoryIsThatOfThreeParts() {
    PartProducts products = products(1);
    assertEquals(0, products.bytes());
    F32Tensor y = F32Tensor.zeros(4, 3);
    products.forward(fill(F32Tensor.zeros(4, 10)), fill(Bf16Tensor.zeros(3, 10)), y, 4, 1, 0);
    assertEquals(4 * 10 * PartProducts.PARTS * Short.BYTES, products.bytes());
    assertTrue(values(y)[0] != 0);
  }
}
