package dev.hone.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PackSetsTest {
  /** Three documents; the second has no target. */
  private static final PackedRow MIXED =
      new PackedRow(
              new int[] {1, 2, 3, 4, 5, 6, 7},
              new float[] {0, 1, 1, 0, 0, 0, 0.5f},
              new int[] {0, 3, 5})
          .withAnswers(
              new Answers(true, false, true)
                  .withMargins(0.1f, 0.2f, 0.3f)
                  .withReference(new double[] {-1, -2, -3}))
          .withTeaching(
              new Teaching(
                  2, new int[] {10, 11, 20, 21, 30, 31}, new float[] {-1, -2, -3, -4, -5, -6}));

  private static final PackedRow PLAIN =
      new PackedRow(new int[] {8, 9}, new float[] {0, 1}, new int[] {0});

  @Test
  void eachSetHasItsDocumentsAndWhatIsKnownOfThem() {
    PackSets sets =
        new PackSets(
            new PackList(List.of(MIXED, PLAIN)), List.of(List.of("b", "a", "b"), List.of("a")));
    Map<String, PackSource> byName = sets.byName();
    assertEquals(List.of("a", "b"), List.copyOf(byName.keySet()));

    PackSource a = byName.get("a");
    assertEquals(2, a.size());
    assertArrayEquals(new int[] {4, 5}, a.read(0).inputIds());
    assertTrue(a.read(0).teaching().orElseThrow().ids().length == 0);
    assertArrayEquals(
        new double[] {-2}, a.read(0).answers().orElseThrow().reference().orElseThrow());
    assertSame(PLAIN, a.read(1));

    PackedRow b = byName.get("b").read(0);
    assertEquals(1, byName.get("b").size());
    assertArrayEquals(new int[] {1, 2, 3, 6, 7}, b.inputIds());
    assertArrayEquals(new float[] {0, 1, 1, 0, 0.5f}, b.lossWeights());
    assertArrayEquals(new int[] {0, 3}, b.documentStarts());
    Answers answers = b.answers().orElseThrow();
    assertArrayEquals(new boolean[] {true, true}, answers.chosen());
    assertArrayEquals(new float[] {0.1f, 0.3f}, answers.margins());
    assertArrayEquals(new double[] {-1, -3}, answers.reference().orElseThrow());
    assertArrayEquals(new int[] {10, 11, 20, 21, 30, 31}, b.teaching().orElseThrow().ids());
  }

  @Test
  void ofSomePacksAloneIsADefect() {
    PackList packs = new PackList(List.of(MIXED, PLAIN));
    assertThrows(IllegalArgumentException.class, () -> new PackSets(packs, List.of(List.of("a"))));
  }

  @Test
  void nobodyAsks() {
    assertEquals(Map.of(), new PackSets(new PackList(List.of(PLAIN)), List.of()).byName());
  }
}
