package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PackerTest {

  private final Packer packer = new Packer("prep", 8);

  @Test
  void doesItsWorkedExample() {
    PackRow pack =
        packer.pack(
            "train",
            4,
            List.of(
                sample("a", 0, new int[] {1, 2, 3}, 0, 1, 1),
                sample("b", 2, new int[] {4, 5}, 0, 1)));

    assertArrayEquals(new int[] {1, 2, 3, 4, 5}, pack.inputIds());
    assertArrayEquals(new float[] {0, 1, 1, 0, 1}, pack.lossWeights());
    assertArrayEquals(new int[] {0, 3}, pack.documentStarts());
    assertEquals(List.of("a", "b"), pack.recordIds());
    assertArrayEquals(new int[] {0, 2}, pack.pieces());
    assertEquals("prep", pack.prepId());
    assertEquals("train", pack.split());
    assertEquals(4, pack.packId());
    assertEquals(5, pack.length());
    assertEquals(3, pack.trainedTokens());
    assertEquals(0.625, pack.fill());
  }

  @Test
  void aPackIsNeitherEmptyNorOverfull() {
    SampleRow five = sample("a", new int[] {1, 2, 3, 4, 5}, 0, 1, 1, 1, 1);
    var overfull =
        assertThrows(
            IllegalStateException.class, () -> packer.pack("eval", 3, List.of(five, five)));
    assertTrue(overfull.getMessage().contains("pack 3 of eval has 2 samples with 10 tokens"));
    assertThrows(IllegalStateException.class, () -> packer.pack("eval", 3, List.of()));
  }

  @Test
  void aSampleThatBreaksItsContractIsADefect() {
    SampleRow weightAtStart = sample("a", new int[] {1, 2}, 1, 1);
    SampleRow fewWeights = sample("a", new int[] {1, 2}, 0);
    for (SampleRow broken : List.of(weightAtStart, fewWeights)) {
      assertThrows(IllegalStateException.class, () -> packer.pack("train", 0, List.of(broken)));
    }
  }

  private static SampleRow sample(String id, int[] ids, float... weights) {
    return sample(id, 0, ids, weights);
  }

  private static SampleRow sample(String id, int piece, int[] ids, float... weights) {
    int trained = 0;
    for (float weight : weights) {
      trained += weight > 0 ? 1 : 0;
    }
    return new SampleRow(
        "prep",
        id,
        piece,
        "data",
        "train",
        0,
        ids,
        weights,
        ids.length,
        trained,
        0,
        Optional.empty(),
        Optional.empty());
  }
}
