package dev.hone.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DataOrderTest {

  @Test
  void everyPackIsReadOnceAnEpoch() {
    for (long packs = 1; packs <= 300; packs++) {
      long[] read = order(packs, 42, 3);
      Arrays.sort(read);
      assertArrayEquals(LongStream.range(0, packs).toArray(), read, "of " + packs);
    }
  }

  @Test
  void seedAndEpochDecideTheOrder() {
    assertArrayEquals(order(100, 1, 0), order(100, 1, 0));
    assertFalse(Arrays.equals(order(100, 1, 0), order(100, 1, 1)));
    assertFalse(Arrays.equals(order(100, 1, 0), order(100, 2, 0)));
    assertFalse(Arrays.equals(order(100, 0, 1), order(100, 1, 0)));
  }

  /** Literals from the class comment's algorithm written down a second time, in Python. */
  @Test
  void theOrderIsPartOfTheContract() {
    assertArrayEquals(new long[] {7, 2, 1, 4, 0, 3, 6, 5}, order(8, 42, 0));
    assertArrayEquals(new long[] {5, 1, 4, 6, 7, 0, 3, 2}, order(8, 42, 1));
  }

  /** Chi-squared over which pack comes first: 10,000 seeds, 20 packs, 19 degrees of freedom. */
  @Test
  void everyPackIsEquallyLikelyToComeFirst() {
    int[] first = new int[20];
    for (int seed = 0; seed < 10_000; seed++) {
      first[(int) DataOrder.shuffled(20, seed, 0).pack(0)]++;
    }
    double chiSquared = Arrays.stream(first).mapToDouble(n -> (n - 500.0) * (n - 500) / 500).sum();
    assertTrue(chiSquared < 43.8, "p < 0.001: " + Arrays.toString(first));
  }

  @Test
  void aPlaceIsFoundInABillionPacksWithoutAList() {
    DataOrder order = DataOrder.shuffled(1_000_000_007L, 42, 0);
    long pack = order.pack(999_999_999);
    assertTrue(pack >= 0 && pack < 1_000_000_007L);
    assertThrows(IndexOutOfBoundsException.class, () -> order.pack(1_000_000_007L));
  }

  @Test
  void fileOrderIsTheTable() {
    assertEquals(5, DataOrder.asWritten(10).pack(5));
  }

  private static long[] order(long packs, long seed, long epoch) {
    DataOrder order = DataOrder.shuffled(packs, seed, epoch);
    return LongStream.range(0, packs).map(order::pack).toArray();
  }
}
