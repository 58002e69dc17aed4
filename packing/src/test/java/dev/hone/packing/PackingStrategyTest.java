package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PackingStrategyTest {

  private static final int[] EXAMPLE = {3, 7, 5, 2, 6};

  private static final List<PackingStrategy> STRATEGIES =
      List.of(new BestFitDecreasing(), new NextFit(), new NoPacking(), new Wrapped());

  @Test
  void bestFitDecreasingDoesItsWorkedExample() {
    assertArrayEquals(new int[] {0, 0, 1, 2, 2}, new BestFitDecreasing().assign(EXAMPLE, 10));
  }

  @Test
  void nextFitDoesItsWorkedExample() {
    assertArrayEquals(new int[] {0, 0, 1, 1, 2}, new NextFit().assign(EXAMPLE, 10));
  }

  @Test
  void withoutPackingEverySampleIsAPack() {
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, new NoPacking().assign(EXAMPLE, 10));
  }

  @Test
  void equalLengthsAreTakenByPositionAndEquallyFullPacksByAge() {
    // 6 6 open packs 0 and 1 with 4 left each; the first 4 joins the older pack.
    assertArrayEquals(
        new int[] {0, 1, 0, 1, 2}, new BestFitDecreasing().assign(new int[] {6, 6, 4, 4, 4}, 10));
  }

  @Test
  void nothingNeedsNoPack() {
    for (PackingStrategy strategy : STRATEGIES) {
      assertEquals(0, strategy.assign(new int[0], 10).length, strategy.name());
    }
  }

  @Test
  void configurationChoosesTheStrategy() {
    for (Packing packing : List.of(Packing.BFD, Packing.BFD_SPLIT)) {
      assertEquals(new BestFitDecreasing(), packing.rules(8, false).strategy());
      assertEquals(new NextFit(), packing.rules(8, true).strategy());
    }
    for (boolean fileOrder : new boolean[] {false, true}) {
      assertEquals(new NoPacking(), Packing.NONE.rules(8, fileOrder).strategy());
      assertEquals(new Wrapped(), Packing.WRAPPED.rules(8, fileOrder).strategy());
    }
    for (Packing packing : Packing.values()) {
      assertEquals(packing, Packing.named(packing.key()));
    }
    assertThrows(HoneException.class, () -> Packing.named("bfd-requeue"));
  }

  @Test
  void lengthsThatNoPackHoldsAreRefused() {
    for (PackingStrategy strategy : STRATEGIES) {
      for (int length : new int[] {11, 0, -1}) {
        var refusal =
            assertThrows(
                IllegalArgumentException.class,
                () -> strategy.assign(new int[] {4, length}, 10),
                strategy.name());
        assertTrue(refusal.getMessage().contains("sample 1 has " + length + " tokens"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 512, 4096, Integer.MAX_VALUE})
  void everySampleIsInOnePackAndNoPackIsOverfull(int capacity) {
    for (int seed = 0; seed < 20; seed++) {
      int[] lengths = randomLengths(seed, capacity);
      for (PackingStrategy strategy : STRATEGIES) {
        int[] packs = strategy.assign(lengths, capacity);
        String run = strategy.name() + " seed " + seed;
        assertEquals(lengths.length, packs.length, run);
        long[] tokens = new long[count(packs)];
        int seen = 0;
        for (int i = 0; i < packs.length; i++) {
          assertTrue(packs[i] <= seen, run + ": packs are numbered by their first sample");
          seen = Math.max(seen, packs[i] + 1);
          tokens[packs[i]] += lengths[i];
        }
        assertTrue(Arrays.stream(tokens).allMatch(t -> t > 0 && t <= capacity), run);
        assertEquals(Arrays.stream(lengths).asLongStream().sum(), Arrays.stream(tokens).sum(), run);
        assertArrayEquals(packs, strategy.assign(lengths.clone(), capacity), run);
      }
    }
  }

  @Test
  void bestFitDecreasingNeedsNoMorePacksThanNextFitAndFillsThemNearlyFull() {
    for (int seed = 0; seed < 50; seed++) {
      int[] lengths = logNormalLengths(seed, 2000, 4096);
      int best = count(new BestFitDecreasing().assign(lengths, 4096));
      int next = count(new NextFit().assign(lengths, 4096));
      double fill = Arrays.stream(lengths).asLongStream().sum() / (4096.0 * best);
      assertTrue(best <= next, "seed %d: %d packs, next fit %d".formatted(seed, best, next));
      assertTrue(fill > 0.98, "seed %d: fill %f".formatted(seed, fill));
    }
  }

  @Test
  void aWindowOfAHundredThousandSamplesIsPlannedInSeconds() {
    int[] lengths = logNormalLengths(7, 100_000, 4096);
    long start = System.nanoTime();
    new BestFitDecreasing().assign(lengths, 4096);
    // Quadratic search takes minutes; the bound only has to tell the two apart on a busy machine.
    assertTrue(System.nanoTime() - start < 10_000_000_000L);
  }

  private static int count(int[] packs) {
    return Arrays.stream(packs).max().orElse(-1) + 1;
  }

  private static int[] randomLengths(int seed, int capacity) {
    Random random = new Random(seed);
    return random.ints(1 + random.nextInt(300), 1, capacity).toArray();
  }

  private static int[] logNormalLengths(int seed, int n, int capacity) {
    Random random = new Random(seed);
    int[] lengths = new int[n];
    for (int i = 0; i < n; i++) {
      lengths[i] = Math.max(1, (int) Math.min(capacity, Math.exp(5.5 + random.nextGaussian())));
    }
    return lengths;
  }
}
