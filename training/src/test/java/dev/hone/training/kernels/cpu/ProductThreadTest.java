package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hone.training.kernels.Precision;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ProductThreadTest {
  private static int columns(int n, boolean bf16) {
    return ProductThread.columns(Product.dense(4, n, 8, false, true, bf16, false, 1, 0));
  }

  @Test
  void wideProductsOfBf16AreCutInAboutEqualParts() {
    assertEquals(512, columns(512, true));
    assertEquals(288, columns(576, true));
    assertEquals(512, columns(1536, true));
    assertEquals(352, columns(1030, true));
    assertEquals(1536, columns(1536, false));
  }

  private static float[] fill(CpuTensor tensor, Random random) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    tensor.store(0, values, 0, values.length);
    tensor.load(0, values, 0, values.length);
    return values;
  }

  /** Every column of a wide product, whichever way its second operand lies and of either type. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void aWideProductIsThatOfItsParts(boolean transposed, boolean half) {
    int m = 3;
    int n = 1030;
    int k = 8;
    Random random = new Random(7);
    Workers workers = new Workers(1);
    Products products = new Products(Precision.BF16, new FlatKernels(workers), workers);
    Bf16Tensor a = Bf16Tensor.zeros(m, k);
    Bf16Tensor b = transposed ? Bf16Tensor.zeros(n, k) : Bf16Tensor.zeros(k, n);
    CpuTensor c = half ? Bf16Tensor.zeros(m, n) : F32Tensor.zeros(m, n);
    float[] left = fill(a, random);
    float[] right = fill(b, random);
    products.multiply(false, transposed, m, n, k, 1, a, b, 0, c);
    float[] result = new float[m * n];
    c.load(0, result, 0, result.length);
    for (int i = 0; i < result.length; i++) {
      double sum = 0;
      double size = 0;
      for (int l = 0; l < k; l++) {
        int column = i % n;
        double term = left[i / n * k + l] * right[transposed ? column * k + l : l * n + column];
        sum += term;
        size += Math.abs(term);
      }
      if (!(Math.abs(result[i] - sum) <= (half ? 4e-3 : 1e-6) * size)) {
        fail("element %d: %s is not %s".formatted(i, result[i], sum));
      }
    }
  }
}
