package dev.hone.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SharedWorkTest {

  /** The example of the class. */
  @Test
  void theLongestGoesToWhoHasLeastToDo() throws Exception {
    List<int[]> dealt =
        ThreadTeam.run(2, ranks -> SharedWork.of(ranks, new long[] {5, 4, 3, 3}).mine());
    assertArrayEquals(new int[] {0, 3}, dealt.get(0));
    assertArrayEquals(new int[] {1, 2}, dealt.get(1));
  }

  @Test
  void piecesOfTheSameCostAreDealtInTurn() throws Exception {
    List<int[]> dealt = ThreadTeam.run(3, ranks -> SharedWork.of(ranks, ones(7)).mine());
    assertArrayEquals(new int[] {0, 3, 6}, dealt.get(0));
    assertArrayEquals(new int[] {1, 4}, dealt.get(1));
    assertArrayEquals(new int[] {2, 5}, dealt.get(2));
  }

  /** Each number is done once, by whoever has it, and all ranks get all in their order. */
  @Test
  void allGetWhatCameOfEveryPieceInOrder() throws Exception {
    long[] costs = {1, 9, 2, 2, 30};
    for (int size : new int[] {1, 2, 3, 7}) {
      List<Integer> done = new ArrayList<>();
      List<List<double[]>> all =
          ThreadTeam.run(
              size,
              ranks ->
                  SharedWork.of(ranks, costs)
                      .numbers(
                          piece -> {
                            synchronized (done) {
                              done.add(piece);
                            }
                            return IntStream.range(0, piece)
                                .mapToDouble(i -> piece / 3.0)
                                .toArray();
                          }));
      assertEquals(List.of(0, 1, 2, 3, 4), done.stream().sorted().toList());
      for (List<double[]> told : all) {
        assertEquals(5, told.size());
        for (int piece = 0; piece < 5; piece++) {
          double[] expected = new double[piece];
          Arrays.fill(expected, piece / 3.0);
          assertArrayEquals(expected, told.get(piece), size + " ranks, piece " + piece);
        }
      }
    }
  }

  /** One rank has two megabytes and a half, another an exact one, the third next to nothing. */
  @Test
  void whatIsLongerThanACallIsToldInSeveral() throws Exception {
    byte[][] results = {
      new byte[5 * Exchange.LONGEST / 2], new byte[Exchange.LONGEST - Integer.BYTES], {7}
    };
    IntStream.range(0, results[0].length).forEach(i -> results[0][i] = (byte) (i % 251));
    Arrays.fill(results[1], (byte) 5);
    for (List<byte[]> told :
        ThreadTeam.run(
            3, ranks -> SharedWork.of(ranks, ones(3)).together(List.of(results[ranks.rank()])))) {
      for (int rank = 0; rank < 3; rank++) {
        assertArrayEquals(results[rank], told.get(rank));
      }
    }
  }

  @Test
  void thereMayBeNothingToDo() throws Exception {
    for (List<double[]> told :
        ThreadTeam.run(2, ranks -> SharedWork.of(ranks, ones(0)).numbers(piece -> ones()))) {
      assertEquals(List.of(), told);
    }
  }

  private static double[] ones() {
    return new double[] {1};
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
