package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a tracker does, the run hands over its events and ends. */
@Tag("unit")
class TrackerThreadTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final List<Long> written = new CopyOnWriteArrayList<>();

  /** Notes the steps it is given. */
  private class Noting implements Tracker {
    private volatile boolean closed;

    @Override
    public void begin() throws IOException {}

    @Override
    public void write(TrackedEvent event) throws IOException, InterruptedException {
      written.add(event.step());
    }

    @Override
    public void end(Ending ending) {
      written.add(-1L);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private TrackerThread start(Tracker tracker, int capacity) {
    return new TrackerThread("fake", () -> tracker, warnings::add, capacity, SHORT);
  }

  private void follow(TrackerThread thread, int steps) {
    for (int step = 1; step <= steps; step++) {
      thread.offer(TrackedRuns.metrics(step));
    }
    thread.close(TrackedRuns.finished());
    thread.await(LONG);
  }

  @Test
  void everythingIsWrittenInOrder() {
    Noting tracker = new Noting();
    follow(start(tracker, 10), 3);
    assertEquals(List.of(1L, 2L, 3L, -1L), written);
    assertEquals(List.of(), warnings);
    assertTrue(tracker.closed);
  }

  @Test
  void aFailureIsSaidOnceAndEndsTheTracker() {
    Noting tracker =
        new Noting() {
          @Override
          public void write(TrackedEvent event) throws IOException {
            written.add(event.step());
            throw new IOException("No space left on device");
          }
        };
    follow(start(tracker, 10), 3);
    assertEquals(List.of(1L), written);
    assertEquals(
        List.of(
            "tracker fake: No space left on device; it gets nothing more, and the run goes on",
            "tracker fake lacks 3 of the run's events; all numbers are in the tables"),
        warnings);
    assertTrue(tracker.closed);
  }

  @Test
  void aTrackerThatCannotBeMadeIsAFailureToo() {
    TrackerThread thread =
        new TrackerThread(
            "fake",
            () -> {
              throw new IllegalArgumentException("no such folder");
            },
            warnings::add);
    follow(thread, 1);
    assertEquals(
        List.of(
            "tracker fake: no such folder; it is not complete",
            "tracker fake lacks 1 of the run's events; all numbers are in the tables"),
        warnings);
  }

  @Test
  void whatIsBusyIsTriedAgain() throws InterruptedException {
    CountDownLatch third = new CountDownLatch(1);
    TrackerThread thread =
        start(
            new Noting() {
              private int tries;

              @Override
              public void write(TrackedEvent event) throws IOException, InterruptedException {
                tries++;
                if (tries < 3) {
                  throw new BusyException("try " + tries);
                }
                super.write(event);
                third.countDown();
              }
            },
            10);
    thread.offer(TrackedRuns.metrics(1));
    third.await();
    follow(thread, 1);
    assertEquals(List.of(1L, 1L, -1L), written);
    assertEquals(List.of("tracker fake: try 1; it is tried again, and the run goes on"), warnings);
  }

  @Test
  void whatStaysBusyIsTriedOnceMoreAtTheEnd() {
    follow(
        start(
            new Noting() {
              @Override
              public void begin() throws IOException {
                throw new BusyException("connection refused");
              }
            },
            10),
        2);
    assertEquals(List.of(), written);
    assertEquals(
        List.of(
            "tracker fake: connection refused; it is tried again, and the run goes on",
            "tracker fake lacks 2 of the run's events; all numbers are in the tables"),
        warnings);
  }

  @Test
  void whatHangsIsLeftAlone() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    TrackerThread thread =
        start(
            new Noting() {
              @Override
              public void write(TrackedEvent event) throws InterruptedException {
                hangs.countDown();
                try {
                  never.await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                  throw e;
                }
              }
            },
            2);
    thread.offer(TrackedRuns.metrics(1));
    hangs.await();
    for (int step = 2; step <= 100; step++) {
      thread.offer(TrackedRuns.metrics(step)); // 2 fit, and none of the others waits
    }
    assertFalse(Thread.currentThread().isInterrupted());
    thread.close(TrackedRuns.finished());
    thread.await(Duration.ofMillis(50));
    interrupted.await();
    assertEquals(
        List.of(
            "tracker fake was not done 0 s after the run; what it has not written is lost to it"),
        warnings);
  }

  @Test
  void whatDoesNotFitIsCounted() throws InterruptedException {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    TrackerThread thread =
        start(
            new Noting() {
              @Override
              public void begin() throws IOException {
                began.countDown();
                try {
                  free.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
              }
            },
            2);
    began.await();
    for (int step = 1; step <= 5; step++) {
      thread.offer(TrackedRuns.metrics(step));
    }
    free.countDown();
    thread.close(TrackedRuns.finished());
    thread.await(LONG);
    assertEquals(List.of(1L, 2L, -1L), written);
    assertEquals(
        List.of("tracker fake lacks 3 of the run's events; all numbers are in the tables"),
        warnings);
  }
}
