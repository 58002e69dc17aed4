package dev.hone.training.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.training.data.PackedRow;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class BatchTest {

  @Test
  void positionsRestartAndTargetsAreTheNextTokens() {
    Batch batch = new Batch(8, 10);
    batch.set(
        new PackedRow(new int[] {5, 6, 7, 8, 9}, new float[] {0, 1, 0.5f, 0, 1}, new int[] {0, 3}),
        0.25,
        true);
    assertArrayEquals(new int[] {0, 1, 2, 0, 1}, Arrays.copyOf(batch.positions(), 5));
    assertEquals(3, batch.lossCount());
    assertArrayEquals(new int[] {0, 1, 3}, Arrays.copyOf(batch.lossRows(), 3));
    assertArrayEquals(new int[] {6, 7, 9}, Arrays.copyOf(batch.targets(), 3));
    assertArrayEquals(new double[] {0.25, 0.125, 0.25}, Arrays.copyOf(batch.coefficients(), 3));
    assertEquals(2.5, batch.weightSum());
  }

  @Test
  void continuationsCountOnFromWhatIsCached() {
    Batch batch = new Batch(8, 10);
    CacheRows places = new CacheRows(new int[] {0, 8}, new int[] {3, 5});
    batch.setContinuation(new int[] {4, 4}, places);
    assertArrayEquals(new int[] {2, 4}, Arrays.copyOf(batch.positions(), 2));
    assertArrayEquals(new int[] {2, 12}, places.own());
    assertEquals(0, batch.lossCount());
  }

  @Test
  void aDocumentStartIsNoTarget() {
    Batch batch = new Batch(8, 10);
    PackedRow row = new PackedRow(new int[] {1, 2}, new float[] {0, 1}, new int[] {0, 1});
    assertThrows(IllegalArgumentException.class, () -> batch.set(row, 1, true));
  }

  @Test
  void moreTokensThanTheModelWasMadeForAreRefused() {
    Batch batch = new Batch(1, 10);
    CacheRows places = new CacheRows(new int[] {0, 0}, new int[] {1, 2});
    assertThrows(
        IllegalArgumentException.class, () -> batch.setContinuation(new int[] {1, 2}, places));
  }
}
