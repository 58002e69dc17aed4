package dev.hone.jobs.notebook;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Progress;
import dev.hone.jobs.Hone;
import dev.hone.jobs.HoneObserver;
import dev.hone.jobs.ui.LiveRun;
import dev.hone.packing.PrepReport;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A run that goes on in a thread of its own, and what it looks like at any moment. A notebook draws
 * it again and again, from the thread of its cell:
 *
 * <pre>{@code
 * String screen = display("", "text/html");
 * Hone.Outcome run = LiveView.train(hone).follow(html -> updateDisplay(screen, html, "text/html"));
 * }</pre>
 *
 * <p>A language that has no functions for Java to call asks {@link #html} as long as the view is
 * not {@link #isDone}, and takes the {@link #outcome} at the end.
 */
public final class LiveView implements HoneObserver {
  private static final long EVERY_MILLIS = 500;

  private final LiveRun run;
  private final FutureTask<Hone.Outcome> task;
  private volatile String doing = "looks at what is there";
  private volatile boolean stopAsked;

  private LiveView(String name, Function<HoneObserver, Hone.Outcome> work) {
    this.run = new LiveRun(name);
    this.task = new FutureTask<>(() -> ended(work));
  }

  /** Begins {@link Hone#train}. */
  public static LiveView train(Hone hone) {
    return start(name(hone), hone::train);
  }

  /** Begins {@link Hone#run}. */
  public static LiveView run(Hone hone) {
    return start(name(hone), hone::run);
  }

  private static String name(Hone hone) {
    return hone.config().output().runId().orElse("this run");
  }

  static LiveView start(String name, Function<HoneObserver, Hone.Outcome> work) {
    LiveView view = new LiveView(name, work);
    Thread thread = new Thread(view.task, "hone-run");
    thread.setDaemon(true);
    thread.start();
    return view;
  }

  private Hone.Outcome ended(Function<HoneObserver, Hone.Outcome> work) {
    try {
      Hone.Outcome outcome = work.apply(this);
      doing = outcome.result().isPresent() ? "" : "was finished before: nothing to do";
      run.finished();
      return outcome;
    } catch (RuntimeException | Error e) {
      doing = "";
      run.failed(Failures.firstLine(e));
      throw e;
    }
  }

  /** The run as it is now, as HTML. */
  public String html() {
    return Fragment.of(LiveHtml.of(run.now(), doing));
  }

  /** Whether it has ended, well or not. */
  public boolean isDone() {
    return task.isDone();
  }

  /** Lets a training end after the step in flight, with a checkpoint that it can go on from. */
  public void stop() {
    stopAsked = true;
  }

  /**
   * Waits for the end.
   *
   * @throws dev.hone.formats.HoneException as {@link Hone#train} does
   */
  public Hone.Outcome outcome() {
    return follow(html -> {});
  }

  /**
   * Waits for the end and draws the run meanwhile, on this thread. If the thread is interrupted,
   * the run is told to {@link #stop}.
   *
   * @param screen is given the HTML twice a second
   * @throws dev.hone.formats.HoneException as {@link Hone#train} does
   */
  public Hone.Outcome follow(Consumer<String> screen) {
    boolean interrupted = false;
    while (true) {
      try {
        screen.accept(html());
        Hone.Outcome outcome = task.get(EVERY_MILLIS, TimeUnit.MILLISECONDS);
        screen.accept(html());
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return outcome;
      } catch (TimeoutException e) {
        // It goes on, and is drawn again.
      } catch (InterruptedException e) {
        interrupted = true;
        stop();
      } catch (ExecutionException e) {
        screen.accept(html());
        throw rethrown(e.getCause());
      }
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  @Override
  public boolean isStopAsked() {
    return stopAsked;
  }

  @Override
  public void onProgress(Progress.Seen seen) {
    doing = "%s: %.0f %%".formatted(seen.stage(), 100 * seen.done());
  }

  @Override
  public void onPrepared(PrepReport report) {
    doing = "loads the model";
  }

  @Override
  public void onStarted(long optimizerStateBytes) {
    doing = "trains";
  }

  @Override
  public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
    run.onMetrics(metrics, totalSteps, remaining);
  }

  @Override
  public void onEvaluation(EvalRow row) {
    run.onEvaluation(row);
  }

  @Override
  public void onCheckpoint(CheckpointRow row) {
    doing = "has saved the model";
    run.onCheckpoint(row);
  }

  @Override
  public void onWarning(String line) {
    run.onWarning(line);
  }
}
