package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.PackRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left of a pack without some of its documents. */
@Tag("unit")
class PackRepairTest {
  private static final PackRow PACK =
      new PackRow(
          "p",
          "train",
          7,
          new int[] {1, 2, 3, 4, 5, 6, 7},
          new float[] {0, 1, 1, 0, 1, 0, 0.5f},
          new int[] {0, 3, 5},
          List.of("a", "b", "a"),
          new int[] {0, 0, 1},
          Optional.empty(),
          7,
          4,
          7 / 8.0);

  @Test
  void theExampleOfTheComment() {
    PackRow left = PackRepair.without(PACK, Set.of("a"));
    assertArrayEquals(new int[] {4, 5}, left.inputIds());
    assertArrayEquals(new float[] {0, 1}, left.lossWeights());
    assertArrayEquals(new int[] {0}, left.documentStarts());
    assertEquals(List.of("b"), left.recordIds());
    assertArrayEquals(new int[] {0}, left.pieces());
    assertEquals(2, left.length());
    assertEquals(1, left.trainedTokens());
    assertEquals(0.25, left.fill());
    assertEquals(7, left.packId());
  }

  @Test
  void everyPieceOfADocumentMovesWithItsTokens() {
    PackRow left = PackRepair.without(PACK, Set.of("b", "another"));
    assertArrayEquals(new int[] {1, 2, 3, 6, 7}, left.inputIds());
    assertArrayEquals(new float[] {0, 1, 1, 0, 0.5f}, left.lossWeights());
    assertArrayEquals(new int[] {0, 3}, left.documentStarts());
    assertEquals(List.of("a", "a"), left.recordIds());
    assertArrayEquals(new int[] {0, 1}, left.pieces());
    assertEquals(3, left.trainedTokens());
    assertEquals(0.625, left.fill());
  }

  @Test
  void aPairGoesTogether() {
    PackRow pairs =
        new PackRow(
            "p",
            "train",
            7,
            new int[] {1, 2, 3, 4, 5, 6, 7, 8},
            new float[] {0, 1, 0, 1, 0, 1, 0, 1},
            new int[] {0, 2, 4, 6},
            List.of("a", "a", "b", "b"),
            new int[] {0, 1, 0, 1},
            Optional.of(List.of("chosen", "rejected", "chosen", "rejected")),
            8,
            4,
            0.5,
            Optional.of(List.of(1.5, 1.5, -2.0, -2.0)));
    PackRow left = PackRepair.without(pairs, Set.of("a"));
    assertEquals(Optional.of(List.of(-2.0, -2.0)), left.margins());
    assertEquals(Optional.of(List.of("chosen", "rejected")), left.answers());
    assertArrayEquals(new int[] {5, 6, 7, 8}, left.inputIds());
    assertEquals(0.25, left.fill());
  }

  @Test
  void nothingMayBeLeft() {
    PackRow left = PackRepair.without(PACK, Set.of("a", "b"));
    assertEquals(0, left.length());
    assertEquals(0, left.inputIds().length);
    assertEquals(List.of(), left.recordIds());
  }
}
