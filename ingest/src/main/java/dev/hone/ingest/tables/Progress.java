package dev.hone.ingest.tables;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Says every ten seconds how far a stage has come, until its last task has ended, from what its
 * tasks have counted. A task counts when it ends, so a stage of few tasks moves in few steps; one
 * that was computed twice, because an executor was lost, counts twice. Nothing else is decided by
 * these numbers.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start(context, "tokenize", tasks, listener)) {
 *   Progress.Counts counts = progress.counts(); // goes with the tasks
 *   ...
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {
  /** Long enough that a stage of a few seconds says nothing. */
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** Who wants to know. */
  public interface Listener {
    /** Nobody. */
    Listener NONE = seen -> {};

    /** Told on a thread of its own while the stage runs. */
    void onProgress(Seen seen);
  }

  /**
   * How far a stage has come.
   *
   * @param stage what it does, a word
   * @param done part of its tasks that have ended, from 0 to 1
   * @param rows read by them
   * @param refused of these rows
   * @param tokens made by them; 0 in a stage that makes none
   * @param elapsed since the stage began
   */
  public record Seen(
      String stage, double done, long rows, long refused, long tokens, Duration elapsed) {

    /**
     * Time that the rest will take if it goes on as it went; empty before the first task has ended.
     *
     * <p>Worked example: a quarter done after 10 s leaves 30 s.
     */
    public Optional<Duration> remaining() {
      return done > 0
          ? Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * (1 - done) / done)))
          : Optional.empty();
    }

    /** A count by second; 0 at the very start. */
    public double perSecond(long count) {
      return elapsed.isZero() ? 0 : count / (elapsed.toMillis() / 1e3);
    }
  }

  /** What a task adds to. */
  public record Counts(
      LongAccumulator tasks, LongAccumulator rows, LongAccumulator refused, LongAccumulator tokens)
      implements Serializable {

    /**
     * Counts rows as they are taken, and the task once the last one was.
     *
     * @param isRefused whether a row was refused
     */
    public <T> Iterator<T> counting(Iterator<T> taken, Predicate<T> isRefused) {
      return new Iterator<>() {
        private boolean ended;

        @Override
        public boolean hasNext() {
          boolean more = taken.hasNext();
          if (!more && !ended) {
            ended = true;
            tasks.add(1);
          }
          return more;
        }

        @Override
        public T next() {
          T row = taken.next();
          rows.add(1);
          if (isRefused.test(row)) {
            refused.add(1);
          }
          return row;
        }
      };
    }
  }

  private final String stage;
  private final int tasks;
  private final Listener listener;
  private final Counts counts;
  private final Instant begun = Instant.now();
  private final Timer timer = new Timer("hone-progress", true);
  private boolean told;
  private boolean over;

  private Progress(SparkContext context, String stage, int tasks, Listener listener) {
    this.stage = stage;
    this.tasks = tasks;
    this.listener = listener;
    this.counts =
        new Counts(
            context.longAccumulator(),
            context.longAccumulator(),
            context.longAccumulator(),
            context.longAccumulator());
  }

  /**
   * Begins to watch.
   *
   * @param stage what the stage does, a word
   * @param tasks how many tasks it has
   */
  public static Progress start(SparkContext context, String stage, int tasks, Listener listener) {
    Progress progress = new Progress(context, stage, tasks, listener);
    TimerTask tell =
        new TimerTask() {
          @Override
          public void run() {
            progress.tell();
          }
        };
    progress.timer.schedule(tell, EVERY.toMillis(), EVERY.toMillis());
    return progress;
  }

  /** What goes with the tasks. */
  public Counts counts() {
    return counts;
  }

  synchronized void tell() {
    double done = Math.min(1, counts.tasks().value() / (double) Math.max(1, tasks));
    if (over) {
      return;
    }
    over = done == 1;
    told = true;
    listener.onProgress(
        new Seen(
            stage,
            done,
            counts.rows().value(),
            counts.refused().value(),
            counts.tokens().value(),
            Duration.between(begun, Instant.now())));
  }

  /** Ends the watch; who was told of the way is told of the end. */
  @Override
  public void close() {
    timer.cancel();
    synchronized (this) {
      if (told) {
        tell();
      }
    }
  }
}
