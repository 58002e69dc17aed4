package dev.hone.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.objective.Means;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ExchangeTest {

  /** The example of the method. */
  @Test
  void sumsAreTheSameOnEveryRank() throws Exception {
    double[][] numbers = {{1, 2}, {3, 4}};
    for (double[] sums : ThreadTeam.run(2, ranks -> ranks.sums(numbers[ranks.rank()]))) {
      assertArrayEquals(new double[] {4, 6}, sums);
    }
    assertArrayEquals(new double[] {1, 2}, Exchange.alone().sums(1, 2));
  }

  @Test
  void someMayHaveMoreToSay() throws Exception {
    double[][] numbers = {{}, {1e-300, Double.NaN}, {-0.0}};
    for (double[][] rows : ThreadTeam.run(3, ranks -> ranks.rows(numbers[ranks.rank()]))) {
      for (int rank = 0; rank < 3; rank++) {
        assertArrayEquals(numbers[rank], rows[rank]);
      }
    }
  }

  /** 3 of 4 tokens and 0 of 2 are half of all; a name may be one rank's alone. */
  @Test
  void meansAreOfAllRanks() throws Exception {
    List<Means> mine =
        List.of(
            new Means().add("accuracy", 3, 4), new Means().add("accuracy", 0, 2).add("b", 1, 1));
    for (Means all : ThreadTeam.run(2, ranks -> mine.get(ranks.rank()).over(ranks))) {
      assertEquals(Map.of("accuracy", 0.5, "b", 1.0), all.values());
    }
  }
}
