package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The arithmetic of a mix, without a corpus. */
@Tag("unit")
class MixTargetTest {
  private static final List<Long> THERE = List.of(6000L, 1000L, 100L);

  @Test
  void theWorkedExample() {
    assertEquals(
        List.of(new MixTarget(0, 600), new MixTarget(0, 300), new MixTarget(1, 0)),
        targets(MixStrategy.INTERLEAVE_UNDER, THERE, 6.0, 3.0, 1.0));
    assertEquals(
        List.of(new MixTarget(1, 0), new MixTarget(3, 0), new MixTarget(10, 0)),
        targets(MixStrategy.INTERLEAVE_OVER, THERE, 6.0, 3.0, 1.0));
    assertEquals(
        List.of(new MixTarget(1, 0), new MixTarget(2, 400), new MixTarget(8, 0)),
        targets(MixStrategy.INTERLEAVE_OVER, THERE, 7.5, 3.0, 1.0));
  }

  @Test
  void onlyRatiosOfWeightsMatter() {
    for (MixStrategy strategy : MixStrategy.values()) {
      assertEquals(
          targets(strategy, THERE, 0.6, 0.3, 0.1), targets(strategy, THERE, 6.0, 3.0, 1.0));
    }
  }

  @Test
  void ofNothingNothingIsTaken() {
    assertEquals(
        List.of(new MixTarget(0, 0), new MixTarget(0, 0)),
        targets(MixStrategy.INTERLEAVE_OVER, List.of(5L, 0L), 1.0, 1.0));
  }

  @Test
  void noDatasetIsRepeatedWithoutEnd() {
    var refusal =
        assertThrows(
            HoneException.class,
            () -> targets(MixStrategy.INTERLEAVE_OVER, List.of(10L, 3L), 1e-300, 2.0));
    assertEquals(
        "dataset 1: weight 2.0 would repeat its 3 rows more than 1000000 times; give it a smaller"
            + " weight, or more rows",
        refusal.getMessage());
  }

  @Test
  void weightsAreNumbersAboveZero() {
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      var refusal =
          assertThrows(
              HoneException.class, () -> mix(MixStrategy.INTERLEAVE_OVER, 1.0, weight, weight));
      assertTrue(
          refusal.getMessage().contains("datasets.1.weight: " + weight)
              && refusal.getMessage().contains("datasets.2.weight"),
          refusal.getMessage());
    }
    assertEquals(0.25, mix(MixStrategy.INTERLEAVE_UNDER, 1.0, 3.0).share(0));
    assertThrows(HoneException.class, () -> MixStrategy.named("interleave"));
  }

  @Test
  void sharesAreWithinOneRowOfWhatIsAsked() {
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      Double[] weights = weights(random);
      List<Long> there =
          Stream.of(weights).map(w -> 1 + (long) Math.exp(random.nextDouble() * 9)).toList();
      for (MixStrategy strategy : MixStrategy.values()) {
        List<MixTarget> targets = targets(strategy, there, weights);
        double scale = scale(strategy, there, weights);
        boolean usedUp = false;
        for (int d = 0; d < weights.length; d++) {
          long target = targets.get(d).of(there.get(d));
          if (!(Math.abs(target - scale * weights[d]) <= 0.5 + 1e-6)) {
            fail("round %d: %d is not %s".formatted(round, target, scale * weights[d]));
          }
          usedUp |= target == there.get(d);
          assertTrue(
              strategy == MixStrategy.INTERLEAVE_UNDER
                  ? target <= there.get(d)
                  : target >= there.get(d));
          assertEquals(
              target, taken(targets.get(d), new long[there.get(d).intValue()], 1), "row by row");
        }
        assertTrue(usedUp, "one dataset is taken just once");
      }
    }
  }

  @Test
  void tokensAreWithinHalfADocumentOfWhatIsAsked() {
    Random random = new Random(12);
    for (int round = 0; round < 500; round++) {
      Double[] weights = weights(random);
      List<long[]> lengths =
          Stream.of(weights)
              .map(w -> random.longs(1 + random.nextInt(60), 1, 900).toArray())
              .toList();
      List<Long> there = lengths.stream().map(all -> LongStream.of(all).sum()).toList();
      for (MixStrategy strategy : MixStrategy.values()) {
        List<MixTarget> targets = targets(strategy, there, weights);
        for (int d = 0; d < weights.length; d++) {
          double asked = scale(strategy, there, weights) * weights[d];
          long given = taken(targets.get(d), lengths.get(d), 0);
          if (!(Math.abs(given - asked)
              <= LongStream.of(lengths.get(d)).max().orElseThrow() / 2.0 + 1)) {
            fail("round %d: %d tokens are not nearest to %s".formatted(round, given, asked));
          }
        }
      }
    }
  }

  @Test
  void everyStretchOfTheOrderHasTheShares() {
    Random random = new Random(13);
    for (int round = 0; round < 200; round++) {
      int datasets = 1 + random.nextInt(6);
      long[] sizes = random.longs(datasets, 1, 300).toArray();
      long all = LongStream.of(sizes).sum();
      List<double[]> order = new ArrayList<>();
      for (int d = 0; d < datasets; d++) {
        for (long k = 0; k < sizes[d]; k++) {
          double place = MixTarget.place(k, 1, sizes[d]);
          assertEquals((k + 0.5) / sizes[d], place);
          order.add(new double[] {place, d});
        }
      }
      order.sort(Comparator.comparingDouble((double[] row) -> row[0]).thenComparing(row -> row[1]));
      long[] seen = new long[datasets];
      for (int n = 1; n <= order.size(); n++) {
        seen[(int) order.get(n - 1)[1]]++;
        for (int d = 0; d < datasets; d++) {
          double off = Math.abs(seen[d] - (double) n * sizes[d] / all);
          if (!(off <= (datasets + 1) / 2.0)) {
            fail("round %d: %d of dataset %d in the first %d".formatted(round, seen[d], d, n));
          }
        }
      }
    }
  }

  /** Adds up what is taken of a dataset whose documents are in the order of the part. */
  private static long taken(MixTarget target, long[] lengths, long each) {
    long before = 0;
    long taken = 0;
    for (long length : lengths) {
      long own = each > 0 ? each : length;
      taken += own * (target.whole() + (target.takes(before, own) ? 1 : 0));
      before += own;
    }
    return taken;
  }

  private static Double[] weights(Random random) {
    return DoubleStream.generate(() -> Math.exp(2 * random.nextDouble()))
        .limit(1 + random.nextInt(6))
        .boxed()
        .toArray(Double[]::new);
  }

  private static double scale(MixStrategy strategy, List<Long> there, Double... weights) {
    DoubleStream reach =
        IntStream.range(0, weights.length).mapToDouble(d -> there.get(d) / weights[d]);
    return strategy == MixStrategy.INTERLEAVE_UNDER
        ? reach.min().orElseThrow()
        : reach.max().orElseThrow();
  }

  private static Mix mix(MixStrategy strategy, Double... weights) {
    return new Mix(strategy, Mix.Measure.ROWS, List.of(weights), 42);
  }

  private static List<MixTarget> targets(
      MixStrategy strategy, List<Long> there, Double... weights) {
    return MixTarget.of(
        mix(strategy, weights),
        there,
        IntStream.range(0, weights.length).mapToObj(String::valueOf).toList());
  }
}
