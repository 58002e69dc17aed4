package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class SingularVectorsTest {
  private static final int RANK = 3;

  /** The example of the class; signs of vectors are free, that of their product is not. */
  @Test
  void ofADiagonalMatrix() {
    try (DoublePointer matrix = new DoublePointer(3, 0, 0, 0, 0, -2)) {
      SingularVectors found = SingularVectors.of(matrix, 3, 2, 1);
      assertArrayEquals(new double[] {3}, found.values(), 1e-9);
      assertEquals(1, found.left()[0] * found.right()[0], 1e-9);
      assertEquals(0, found.left()[2], 1e-9);
      assertEquals(0, found.right()[1], 1e-9);
    }
  }

  /** A sum of RANK large parts and a small rest, so that both ways find the large ones. */
  @ParameterizedTest
  @CsvSource({"17, 9", "9, 17", "12, 12"})
  void bothWaysFindTheLargeParts(int rows, int columns) {
    double[] large = new double[rows * columns];
    double[] matrix = new double[rows * columns];
    Random random = new Random(5);
    for (int part = 0; part < RANK; part++) {
      double[] left = random.doubles(rows, -1, 1).toArray();
      double[] right = random.doubles(columns, -1, 1).toArray();
      for (int i = 0; i < large.length; i++) {
        large[i] += ((RANK - part) * left[i / columns] * right[i % columns]);
      }
    }
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = large[i] + (1e-4 * random.nextGaussian());
    }
    try (DoublePointer one = new DoublePointer(matrix.clone());
        DoublePointer other = new DoublePointer(matrix.clone())) {
      SingularVectors whole = SingularVectors.of(one, rows, columns, RANK);
      assertArrayEquals(large, product(whole, rows, columns), 1e-3);
      assertOrthonormal(whole, rows);
      SingularVectors near = SingularVectors.near(other, rows, columns, RANK, 8, 1);
      assertArrayEquals(whole.values(), near.values(), 1e-6);
      assertArrayEquals(product(whole, rows, columns), product(near, rows, columns), 1e-6);
      assertOrthonormal(near, rows);
    }
  }

  @Test
  void aMatrixThatIsNotFiniteHasNone() {
    try (DoublePointer matrix = new DoublePointer(1, Double.NaN, 0, 2)) {
      assertThrows(ArithmeticException.class, () -> SingularVectors.of(matrix, 2, 2, 1));
      assertThrows(ArithmeticException.class, () -> SingularVectors.near(matrix, 2, 2, 1, 2, 1));
    }
  }

  private static double[] product(SingularVectors vectors, int rows, int columns) {
    double[] product = new double[rows * columns];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < RANK; k++) {
        product[i] +=
            vectors.left()[i / columns * RANK + k]
                * vectors.values()[k]
                * vectors.right()[k * columns + i % columns];
      }
    }
    return product;
  }

  private static void assertOrthonormal(SingularVectors vectors, int rows) {
    for (int j = 0; j < RANK; j++) {
      for (int k = 0; k < RANK; k++) {
        double dot = 0;
        for (int o = 0; o < rows; o++) {
          dot += vectors.left()[o * RANK + j] * vectors.left()[o * RANK + k];
        }
        assertEquals(j == k ? 1 : 0, dot, 1e-9);
      }
    }
  }
}
