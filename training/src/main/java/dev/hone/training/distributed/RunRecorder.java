package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Turns a rank's messages into rows, and commits them about every 15 seconds and at the end, on a
 * thread of its own. A commit that fails is tried again with the next; only if the last one fails
 * too is the failure thrown.
 *
 * <p>A checkpoint that is better than all before takes the mark from the one that had it, right
 * after its own row is there.
 *
 * <p>Spark may repeat a stage that lost its executor, from the last checkpoint on. What the
 * repetition reports again is known already and is dropped; the same seed gives the same numbers.
 * Checkpoints are committed after all that was said before them, so that a run that goes on from
 * one in the table lacks nothing; and soon, as a run goes on from no other.
 */
public final class RunRecorder implements Consumer<RankMessage>, AutoCloseable {
  /** Time between two commits. */
  public static final Duration COMMIT_INTERVAL = Duration.ofSeconds(15);

  /**
   * A checkpoint that the tables do not know is none to go on from, so it waits no longer than
   * this.
   */
  private static final Duration CHECKPOINT_WAITS = Duration.ofSeconds(1);

  /** What ranks did can wait longer, and is committed before any checkpoint. */
  private static final Duration RANKS_INTERVAL = Duration.ofMinutes(1);

  private final Warehouse warehouse;
  private final String runId;
  private final long totalSteps;
  private final RunObserver observer;
  private final Duration interval;

  private final BlockingQueue<Optional<RankMessage>> inbox = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile RuntimeException failure;

  private long due;
  private final Set<Object> known = new HashSet<>();
  private final List<MetricRow> metrics = new ArrayList<>();
  private final RankLines ranks;
  private long ranksDue = System.nanoTime() + RANKS_INTERVAL.toNanos();
  private final List<EvalRow> evals = new ArrayList<>();
  private final HeldOutRows heldOut;
  private final List<GenerationRow> generations = new ArrayList<>();
  private final List<CheckpointRow> checkpoints = new ArrayList<>();
  private final List<String> gone = new ArrayList<>();
  private Optional<String> best = Optional.empty();
  private final RunResult.Builder result = new RunResult.Builder();

  /**
   * Starts recording.
   *
   * @param totalSteps steps of the whole run; 0 if nothing is trained
   */
  public RunRecorder(
      Warehouse warehouse, String runId, long totalSteps, RunObserver observer, Duration interval) {
    this.warehouse = warehouse;
    this.runId = runId;
    this.totalSteps = totalSteps;
    this.observer = observer;
    this.interval = interval;
    this.ranks = new RankLines(runId, observer);
    this.heldOut = new HeldOutRows(runId);
    this.due = System.nanoTime() + interval.toNanos();
    this.thread = new Thread(this::record, "hone-recorder-" + runId);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Takes in what the tables have of an earlier attempt of the run, so that it is not committed
   * again, and counts in what the run came to. Called before any message.
   */
  void recall() {
    rows(EvalRow.class).forEach(this::known);
    rows(CheckpointRow.class).forEach(this::known);
    heldOut.recall(warehouse);
    rows(GenerationRow.class)
        .forEach(row -> known.add(key(row.step(), row.dataset(), row.ordinal())));
  }

  private void known(EvalRow row) {
    known.add(key(row));
    result.add(row);
  }

  private void known(CheckpointRow row) {
    known.add(List.of("checkpoint", row.path()));
    result.add(row);
  }

  private <R extends Record> List<R> rows(Class<R> type) {
    Rows<R> read = Rows.of(type);
    return warehouse
        .read(type)
        .where(col("run_id").equalTo(runId))
        .orderBy("step")
        .collectAsList()
        .stream()
        .map(read::fromRow)
        .toList();
  }

  private static Object key(EvalRow row) {
    return List.of("eval", row.step(), row.dataset(), row.name());
  }

  private static Object key(long step, String dataset, long ordinal) {
    return List.of("generation", step, dataset, ordinal);
  }

  @Override
  public void accept(RankMessage message) {
    inbox.add(Optional.of(message));
  }

  /**
   * Commits what is left, and ends.
   *
   * @throws RuntimeException if rows could not be committed, or the observer threw
   */
  @Override
  public void close() {
    inbox.add(Optional.empty());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** What the run came to; call it after {@link #close}. */
  public RunResult result() {
    return result.build();
  }

  private void record() {
    try {
      boolean open = true;
      while (open) {
        Optional<RankMessage> next =
            inbox.poll(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (next != null) {
          open = next.isPresent();
          next.ifPresent(this::handle);
        }
        if (open && due - System.nanoTime() <= 0) {
          commitIfPossible();
          due = System.nanoTime() + interval.toNanos();
        }
      }
      ranksDue = System.nanoTime();
      commit();
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new IllegalStateException("nobody interrupts the recorder", e);
    }
  }

  private void handle(RankMessage message) {
    if (message instanceof RankMessage.Loaded loaded) {
      if (known.add(loaded)) {
        observer.onLoaded(loaded.baseWeightBytes());
      }
    } else if (message instanceof RankMessage.Met met) {
      ranks.met(met);
    } else if (message instanceof RankMessage.Metrics reported) {
      if (known.add(reported.metrics().step())) {
        handle(reported);
      }
    } else if (message instanceof RankMessage.Skipped skipped) {
      if (known.add(List.of("skipped", skipped.step(), skipped.rank()))) {
        observer.onSkipped(skipped.step(), skipped.rank(), skipped.loss(), skipped.gradNorm());
      }
    } else if (message instanceof RankMessage.EndedEarly ended) {
      if (known.add(ended)) {
        observer.onEndedEarly(ended.step(), totalSteps, ended.reason());
      }
    } else if (message instanceof RankMessage.Resumed resumed) {
      ranks.resumedAt(resumed.step());
      observer.onResumed(resumed.step(), resumed.path());
    } else if (message instanceof RankMessage.Started started) {
      result.optimizerStateBytes(started.optimizerStateBytes());
      observer.onStarted(started.optimizerStateBytes());
    } else if (message instanceof RankMessage.Evaluated e) {
      EvalRow row =
          new EvalRow(
              runId,
              e.step(),
              e.dataset(),
              e.name(),
              e.value(),
              e.n(),
              e.timestamp(),
              bound(e.low()),
              bound(e.high()));
      if (known.add(key(row))) {
        evals.add(row);
        result.add(row);
        observer.onEvaluation(row);
      }
    } else if (message instanceof RankMessage.EvaluatedPacks e) {
      heldOut.add(e);
    } else if (message instanceof RankMessage.EvaluatedPairs e) {
      heldOut.add(e);
    } else if (message instanceof RankMessage.Generated g) {
      if (known.add(key(g.step(), g.dataset(), g.ordinal()))) {
        GenerationRow row = row(g);
        generations.add(row);
        observer.onGeneration(row);
      }
    } else if (message instanceof RankMessage.Written written) {
      if (known.add(List.of("checkpoint", written.saved().path()))) {
        CheckpointRow row = row(written);
        if (row.best()) {
          checkpoints.replaceAll(CheckpointRow::notBest);
          best = Optional.of(row.path());
          result.addBest(row);
        } else {
          result.add(row);
        }
        checkpoints.add(row);
        due = Math.min(due, System.nanoTime() + CHECKPOINT_WAITS.toNanos());
        observer.onCheckpoint(row);
      }
    } else if (message instanceof RankMessage.Deleted deleted) {
      if (!checkpoints.removeIf(row -> row.path().equals(deleted.path()))) {
        gone.add(deleted.path());
      }
      result.remove(deleted.path());
      observer.onDeleted(deleted.path());
    }
  }

  private void handle(RankMessage.Metrics reported) {
    StepMetrics step = reported.metrics();
    step.byName()
        .forEach(
            (name, value) ->
                metrics.add(
                    new MetricRow(
                        runId, step.step(), step.epoch(), reported.timestamp(), name, value)));
    result.add(step);
    ranks.add(step, reported.timestamp());
    double seconds = (totalSteps - step.step()) * step.stepSeconds();
    observer.onMetrics(step, totalSteps, Duration.ofMillis(Math.round(1000 * seconds)));
  }

  private static Optional<Double> bound(double value) {
    return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
  }

  private GenerationRow row(RankMessage.Generated g) {
    return new GenerationRow(
        runId,
        g.step(),
        g.dataset(),
        g.ordinal(),
        g.prompt(),
        g.completion(),
        g.reference(),
        g.exactMatch(),
        g.timestamp());
  }

  private CheckpointRow row(RankMessage.Written written) {
    return new CheckpointRow(
        runId,
        written.saved().step(),
        written.saved().path(),
        written.saved().format(),
        written.saved().bytes(),
        written.saved().manifestSha256(),
        written.best(),
        written.timestamp(),
        Optional.empty(),
        Optional.empty());
  }

  /** A store that is away for a while does no harm: the rows wait for the next commit. */
  private void commitIfPossible() {
    try {
      commit();
    } catch (RuntimeException e) {
      System.getLogger(RunRecorder.class.getName())
          .log(System.Logger.Level.WARNING, "metrics wait for the next commit", e);
    }
  }

  private void commit() {
    commit(MetricRow.class, metrics);
    if (!checkpoints.isEmpty() || System.nanoTime() - ranksDue >= 0) {
      commit(RankRow.class, ranks.rows());
      ranksDue = System.nanoTime() + RANKS_INTERVAL.toNanos();
    }
    commit(EvalRow.class, evals);
    commit(EvalPackRow.class, heldOut.packs());
    commit(EvalRewardRow.class, heldOut.pairs());
    commit(GenerationRow.class, generations);
    commit(CheckpointRow.class, checkpoints);
    best.ifPresent(
        path ->
            warehouse
                .deltaTable(CheckpointRow.class)
                .update(
                    col("run_id").equalTo(runId).and(col("best")).and(col("path").notEqual(path)),
                    Map.of("best", lit(false))));
    best = Optional.empty();
    if (!gone.isEmpty()) {
      warehouse
          .deltaTable(CheckpointRow.class)
          .delete(col("run_id").equalTo(runId).and(col("path").isInCollection(gone)));
      gone.clear();
    }
  }

  private <R extends Record> void commit(Class<R> type, List<R> rows) {
    if (!rows.isEmpty()) {
      warehouse.append(type, List.copyOf(rows));
      rows.clear();
    }
  }
}
