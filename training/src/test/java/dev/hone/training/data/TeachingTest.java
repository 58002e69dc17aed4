package dev.hone.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TeachingTest {
  private static final PackedRow TWO =
      new PackedRow(new int[] {1, 2, 3}, new float[] {0, 1, 0.5f}, new int[] {0});
  private static final PackedRow NONE = new PackedRow(new int[] {4}, new float[1], new int[] {0});

  private static Teaching said(int k, int... ids) {
    return new Teaching(k, ids, new float[ids.length]);
  }

  private static String message(Runnable action) {
    return assertThrows(IllegalArgumentException.class, action::run).getMessage();
  }

  @Test
  void lengthsMustFit() {
    assertEquals(2, said(2, 7, 3, 5, 0).targets());
    assertEquals("3 ids and 3 logps are not k = 2 of each target", message(() -> said(2, 1, 2, 3)));
    assertEquals(
        "2 ids and 1 logps are not k = 1 of each target",
        message(() -> new Teaching(1, new int[2], new float[1])));
    assertEquals("k is 0, not from 1 to 1024", message(() -> said(0)));
    assertEquals("k is 1025, not from 1 to 1024", message(() -> said(1025)));
    assertEquals(
        "a row of 2 targets, but a teaching of 3",
        message(() -> TWO.withTeaching(said(1, 1, 2, 3))));
  }

  /** A row without targets needs no teacher; one with targets and none leaves all without. */
  @Test
  void rowsOfABatchAreTaughtTogether() {
    PackedRow taught = TWO.withTeaching(said(2, 7, 3, 5, 0));
    PackedRow other = TWO.withTeaching(said(2, 1, 2, 3, 4));
    Teaching joined = PackedRow.concat(List.of(taught, NONE, other)).teaching().orElseThrow();
    assertEquals(2, joined.k());
    assertArrayEquals(new int[] {7, 3, 5, 0, 1, 2, 3, 4}, joined.ids());
    assertTrue(PackedRow.concat(List.of(taught, TWO)).teaching().isEmpty());
    assertTrue(PackedRow.concat(List.of(NONE, NONE)).teaching().isEmpty());
    assertTrue(taught.withWeights(new float[] {0, 1, 1}).teaching().isEmpty());
    assertEquals(
        "packs of one batch have 2 and 1 tokens of the teacher a target",
        message(() -> PackedRow.concat(List.of(taught, TWO.withTeaching(said(1, 8, 9))))));
  }
}
