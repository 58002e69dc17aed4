package dev.hone.jobs.tracking;

import dev.hone.formats.FailureText;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The trackers of one run. They are told what the run does, each on a thread of its own; whatever
 * becomes of them is a warning and no more.
 *
 * <pre>{@code
 * Trackers trackers = Trackers.start(config, "monday", 0, "0.1.0", System.getenv(), warn);
 * TrainStage.run(warehouse, spec, 0, trackers);
 * trackers.finished(() -> RunPage.of(warehouse, "monday", false, Map.of()));
 * }</pre>
 */
public final class Trackers implements RunObserver {
  private final List<Running> running;
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
  private final Consumer<String> warn;
  private long step;
  private double epoch;

  private record Running(TrackerThread thread, Duration patience, boolean wantsPage) {}

  /**
   * Begins with the trackers that the configuration turns on.
   *
   * @param from steps that an earlier attempt of the run did and that are not done again
   * @param version of hone
   * @param environment where a server's credentials may be
   * @param warn is told one line for each trouble, on the threads that this object is called on
   */
  public static Trackers start(
      HoneConfig config,
      String runId,
      long from,
      String version,
      Map<String, String> environment,
      Consumer<String> warn) {
    TrackedRun run = TrackedRun.of(config, runId, from, version, Instant.now());
    List<TrackerKind> kinds = new ArrayList<>();
    for (TrackerKind kind :
        ServiceLoader.load(TrackerKind.class, TrackerKind.class.getClassLoader())) {
      if (config.tracking().to().contains(kind.name())) {
        kinds.add(kind);
      }
    }
    return new Trackers(kinds, run, environment, warn);
  }

  Trackers(
      List<TrackerKind> kinds,
      TrackedRun run,
      Map<String, String> environment,
      Consumer<String> warn) {
    this.warn = warn;
    this.step = run.from();
    this.running =
        kinds.stream()
            .map(
                kind ->
                    new Running(
                        new TrackerThread(
                            kind.name(), () -> kind.open(run, environment), warnings::add),
                        kind.patience(run),
                        kind.wantsPage()))
            .toList();
  }

  /**
   * The run has ended well; waits for the trackers, each for as long as it may take.
   *
   * @param page makes the report of the run; not asked if no tracker keeps it
   */
  public void finished(Supplier<String> page) {
    end(true, Optional.empty(), page(page));
  }

  /**
   * The run has failed; waits as {@link #finished} does.
   *
   * @param reason in one line
   */
  public void failed(String reason) {
    end(false, Optional.of(reason), Optional.empty());
  }

  private Optional<String> page(Supplier<String> page) {
    if (running.stream().noneMatch(Running::wantsPage)) {
      return Optional.empty();
    }
    try {
      return Optional.of(page.get());
    } catch (RuntimeException e) {
      warnings.add("trackers get no report page: " + FailureText.firstLine(e));
      return Optional.empty();
    }
  }

  private void end(boolean finished, Optional<String> message, Optional<String> page) {
    Instant now = Instant.now();
    running.forEach(one -> one.thread().close(new Ending(now, finished, message, page)));
    for (Running one : running) {
      Duration spent = Duration.between(now, Instant.now());
      one.thread().await(one.patience().minus(spent));
    }
    tellWarnings();
  }

  @Override
  public void onResumed(long after, String path) {
    step = after;
    note("resumed", Map.of("path", path));
  }

  @Override
  public void onSkipped(long skipped, int rank, double loss, double gradNorm) {
    step = skipped;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("rank", String.valueOf(rank));
    facts.put("loss", String.valueOf(loss));
    facts.put("grad_norm", String.valueOf(gradNorm));
    note("skipped", facts);
  }

  @Override
  public void onEndedEarly(long ended, long totalSteps, String reason) {
    step = ended;
    note("ended_early", Map.of("reason", reason));
  }

  @Override
  public void onWarning(String line) {
    note("warning", Map.of("message", line));
  }

  @Override
  public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
    step = metrics.step();
    epoch = metrics.epoch();
    tell(new TrackedEvent.Metrics(Instant.now(), step, epoch, metrics.byName()));
  }

  @Override
  public void onEvaluation(EvalRow row) {
    tell(
        new TrackedEvent.Evaluation(
            row.timestamp(),
            row.step(),
            epoch,
            row.dataset(),
            TrackedEvent.Evaluation.key(row.dataset(), row.name()),
            row.value(),
            row.n()));
  }

  @Override
  public void onCheckpoint(CheckpointRow row) {
    step = row.step();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("path", row.path());
    facts.put("format", row.format());
    facts.put("best", String.valueOf(row.best()));
    note("checkpoint", facts);
  }

  @Override
  public void onDeleted(String path) {
    note("deleted", Map.of("path", path));
  }

  private void note(String kind, Map<String, String> facts) {
    tell(new TrackedEvent.Note(Instant.now(), step, kind, facts));
  }

  private void tell(TrackedEvent event) {
    running.forEach(one -> one.thread().offer(event));
    tellWarnings();
  }

  /** Here and not where they arise: whoever watches the run is told by one thread. */
  private void tellWarnings() {
    for (String line = warnings.poll(); line != null; line = warnings.poll()) {
      System.getLogger(Trackers.class.getName()).log(System.Logger.Level.WARNING, line);
      warn.accept(line);
    }
  }
}
