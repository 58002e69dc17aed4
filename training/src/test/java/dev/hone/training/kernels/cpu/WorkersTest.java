package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads of a rank share work out. */
@Tag("unit")
class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everythingIsDoneOnceAndCutAtTheSamePlaces(int threads) {
    Workers workers = new Workers(threads);
    for (int grain : new int[] {0, 1, 7}) {
      for (int count = 0; count < 70; count++) {
        Set<List<Integer>> cuts = cuts(workers, count, grain);
        for (int again = 0; again < 3; again++) {
          assertEquals(cuts, cuts(workers, count, grain));
        }
      }
    }
  }

  private static Set<List<Integer>> cuts(Workers workers, int count, int grain) {
    AtomicIntegerArray done = new AtomicIntegerArray(count);
    Set<List<Integer>> cuts =
        new ConcurrentSkipListSet<>(
            (a, b) -> Integer.compare(a.get(0) * 1000 + a.get(1), b.get(0) * 1000 + b.get(1)));
    workers.share(
        count,
        grain,
        (worker, from, to, scratch) -> {
          cuts.add(List.of(from, to));
          for (int i = from; i < to; i++) {
            done.incrementAndGet(i);
          }
        });
    for (int i = 0; i < count; i++) {
      assertEquals(1, done.get(i), i + " of " + count);
    }
    return cuts;
  }

  /** One thread stands still in its first range; the other does all that is not that. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoIsDoneFirstTakesWhatIsLeft(int late) {
    int count = 64;
    CountDownLatch rest = new CountDownLatch(count - 24);
    AtomicIntegerArray doneBy = new AtomicIntegerArray(2);
    new Workers(2)
        .share(
            count,
            1,
            (worker, from, to, scratch) -> {
              if (worker == late) {
                assertEquals(24, to - from, "what is late is the large range alone");
                assertTrue(await(rest), "the other thread waits for this one");
              } else {
                for (int i = from; i < to; i++) {
                  rest.countDown();
                }
              }
              doneBy.addAndGet(worker, to - from);
            });
    assertEquals(24, doneBy.get(late));
    assertEquals(40, doneBy.get(1 - late));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
