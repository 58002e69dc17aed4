package dev.hone.training.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackedRow;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SharedRowsTest {

  @Test
  void thePromptOfAPairIsComputedOnce() {
    SharedRows rows = SharedRows.of(pair(new int[] {5, 6, 7, 8, 5, 6, 9}, 4, 2, 3, 6));
    assertArrayEquals(new int[] {5, 6, 7, 8, 9}, rows.ids());
    assertArrayEquals(new int[] {0, 1, 2, 3, 0, 1, 4}, rows.rowOf());
    assertArrayEquals(new int[] {0, 4}, rows.documents().starts());
    assertArrayEquals(new int[] {0, 2}, rows.documents().shared());
    assertEquals(1, rows.documents().row(1, 1));
    assertEquals(4, rows.documents().row(1, 2));
  }

  /** What an answer begins with is its own, even if the other begins alike. */
  @Test
  void answersAreNotShared() {
    assertArrayEquals(
        new int[] {5, 6, 7, 6, 7},
        SharedRows.of(pair(new int[] {5, 6, 7, 5, 6, 7}, 3, 1, 2, 4, 5)).ids());
  }

  /** An answer that has nothing but what it shares keeps its last token, which heads may want. */
  @Test
  void everyDocumentHasARowOfItsOwn() {
    assertArrayEquals(
        new int[] {5, 6, 7, 6}, SharedRows.of(pair(new int[] {5, 6, 7, 5, 6}, 3, 2)).ids());
    assertArrayEquals(
        new int[] {5, 6, 6, 7}, SharedRows.of(pair(new int[] {5, 6, 5, 6, 7}, 2, 4)).ids());
  }

  @Test
  void onlyPairsShare() {
    PackedRow labelled =
        new PackedRow(new int[] {5, 6, 5, 6}, new float[] {0, 1, 0, 1}, new int[] {0, 2});
    assertArrayEquals(labelled.inputIds(), SharedRows.of(labelled).ids());
    assertArrayEquals(
        labelled.inputIds(), SharedRows.of(labelled.withAnswers(new Answers(true, true))).ids());
  }

  /** Both answers' first tokens are predicted by the last of the prompt, at its place. */
  @Test
  void aBatchPredictsBothAnswersFromTheirPrompt() {
    Batch batch = new Batch(8, 10);
    batch.set(pair(new int[] {5, 6, 7, 8, 5, 6, 9}, 4, 2, 3, 6), 1, false);
    assertEquals(5, batch.rows());
    assertArrayEquals(new int[] {0, 1, 2, 3, 2}, Arrays.copyOf(batch.positions(), 5));
    assertArrayEquals(new int[] {1, 2, 1}, Arrays.copyOf(batch.lossRows(), 3));
    assertArrayEquals(new int[] {7, 8, 9}, Arrays.copyOf(batch.targets(), 3));
    assertArrayEquals(new int[] {2, 3, 6}, Arrays.copyOf(batch.targetPositions(), 3));
  }

  private static PackedRow pair(int[] ids, int second, int... targets) {
    float[] weights = new float[ids.length];
    for (int t : targets) {
      weights[t] = 1;
    }
    return new PackedRow(ids, weights, new int[] {0, second}).withAnswers(new Answers(true, false));
  }
}
