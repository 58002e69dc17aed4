package dev.hone.jobs.tracking;

import dev.hone.formats.FailureText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs one tracker on a thread of its own. The run hands over events and never waits: what does not
 * fit into the queue is counted and dropped. A tracker that is worth another try is tried again
 * after 1 second, then 2, 4, up to 60; any other failure is its end. The user is told the first
 * failure, and at the end how much was lost.
 */
final class TrackerThread {
  /** Some hours of a run that logs every second. */
  static final int CAPACITY = 10_000;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final String name;
  private final Supplier<Tracker> opened;
  private final int capacity;
  private final Duration firstPause;
  private final Consumer<String> warn;
  private final LinkedBlockingQueue<Optional<TrackedEvent>> queue = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicLong lost = new AtomicLong();
  private final Thread thread;
  private volatile boolean over;
  private volatile Ending ending;

  /** A call of the tracker. */
  private interface Call {
    void make() throws IOException, InterruptedException;
  }

  /** The tracker has come to its end before the run. */
  private static final class GivenUp extends Exception {
    private static final long serialVersionUID = 1;
  }

  TrackerThread(String name, Supplier<Tracker> opened, Consumer<String> warn) {
    this(name, opened, warn, CAPACITY, Duration.ofSeconds(1));
  }

  /**
   * A thread that has begun.
   *
   * @param opened makes the tracker
   * @param warn is told lines for the user, on any thread
   * @param capacity events that wait at most
   * @param firstPause time between a failure and the first try after it
   */
  TrackerThread(
      String name,
      Supplier<Tracker> opened,
      Consumer<String> warn,
      int capacity,
      Duration firstPause) {
    this.name = name;
    this.opened = opened;
    this.capacity = capacity;
    this.firstPause = firstPause;
    this.warn = warn;
    this.thread = new Thread(this::run, "hone-tracker-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Hands over an event, and returns at once. */
  void offer(TrackedEvent event) {
    if (over || queue.size() >= capacity) {
      lost.incrementAndGet();
    } else {
      queue.add(Optional.of(event));
    }
  }

  /** Tells how the run ended; {@link #await} waits for what is left. */
  void close(Ending how) {
    ending = how;
    queue.add(Optional.empty());
    closing.countDown();
  }

  /**
   * Waits until all is written.
   *
   * @param patience after this time the tracker is left alone
   */
  void await(Duration patience) {
    boolean ended = false;
    try {
      thread.join(Math.max(1, patience.toMillis()));
      ended = !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      over = true;
      thread.interrupt();
      warn.accept(
          "tracker %s was not done %d s after the run; what it has not written is lost to it"
              .formatted(name, patience.toSeconds()));
    } else {
      long lacking = lost.get() + queue.stream().filter(Optional::isPresent).count();
      if (lacking > 0) {
        warn.accept(
            "tracker %s lacks %d of the run's events; all numbers are in the tables"
                .formatted(name, lacking));
      }
    }
  }

  private void run() {
    try (Tracker tracker = opened.get()) {
      make(tracker::begin);
      for (Optional<TrackedEvent> next = queue.take(); next.isPresent(); next = queue.take()) {
        TrackedEvent event = next.get();
        try {
          make(() -> tracker.write(event));
        } catch (GivenUp e) {
          lost.incrementAndGet();
          throw e;
        }
      }
      make(() -> tracker.end(ending));
    } catch (IOException | RuntimeException e) {
      warn(e, "it is not complete");
    } catch (GivenUp | InterruptedException e) {
      // The user has been told, or is told by the thread that waits.
    } finally {
      over = true;
    }
  }

  private void make(Call call) throws GivenUp, InterruptedException {
    for (Duration pause = firstPause; ; pause = longer(pause)) {
      boolean last = closing.getCount() == 0;
      try {
        call.make();
        return;
      } catch (BusyException e) {
        warn(e, "it is tried again, and the run goes on");
        if (last) {
          throw new GivenUp();
        }
      } catch (IOException | RuntimeException e) {
        warn(e, "it gets nothing more, and the run goes on");
        throw new GivenUp();
      }
      closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
  }

  /** Says why, once: a server that is away for a night is one line, not thousands. */
  private void warn(Exception e, String then) {
    if (warned.compareAndSet(false, true)) {
      String why = e instanceof BusyException ? e.getMessage() : FailureText.firstLine(e);
      warn.accept("tracker %s: %s; %s".formatted(name, why, then));
    }
  }
}
