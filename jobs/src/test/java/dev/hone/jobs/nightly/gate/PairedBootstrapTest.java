package dev.hone.jobs.nightly.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.jobs.nightly.gate.PairedBootstrap.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PairedBootstrapTest {

  @Test
  void aDifferenceThatIsAlwaysTheSameIsSure() {
    assertEquals(
        Optional.of(new Interval(-1, -1, 2)),
        PairedBootstrap.interval(List.of(new Pair(3, 4, 1), new Pair(1, 2, 1))));
  }

  @Test
  void oneItemSaysNothing() {
    assertEquals(Optional.empty(), PairedBootstrap.interval(List.of(new Pair(3, 4, 1))));
  }

  /**
   * Of normal differences the interval is close to mean +- 1.96 s / sqrt(n): 400 items, standard
   * deviation 1, so +- 0.098 within a tenth of that.
   */
  @Test
  void itIsAsWideAsTheNormalOne() {
    Random random = new Random(5);
    List<Pair> pairs = new ArrayList<>();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 400; i++) {
      double difference = random.nextGaussian();
      double common = 10 * random.nextGaussian();
      sum += difference;
      squares += difference * difference;
      pairs.add(new Pair(common + difference, common, 1));
    }
    double mean = sum / 400;
    double half = 1.96 * Math.sqrt((squares / 400 - mean * mean) / 400);
    Interval found = PairedBootstrap.interval(pairs).orElseThrow();
    assertTrue(Math.abs(found.low() - (mean - half)) <= 0.1 * half, found.toString());
    assertTrue(Math.abs(found.high() - (mean + half)) <= 0.1 * half, found.toString());
  }

  /** Heavier items count as often as lighter ones, and more each time. */
  @Test
  void weightsDivideTheSums() {
    List<Pair> pairs = List.of(new Pair(30, 20, 10), new Pair(3, 2, 1));
    Interval found = PairedBootstrap.interval(pairs).orElseThrow();
    assertEquals(1, found.low(), 1e-12);
    assertEquals(1, found.high(), 1e-12);
  }
}
