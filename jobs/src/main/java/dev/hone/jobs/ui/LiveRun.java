package dev.hone.jobs.ui;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.Straggler;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A run as the tab and a notebook know it: told by the run, asked by web requests, from any thread.
 * Its memory is bounded however long the run is.
 */
public final class LiveRun implements RunObserver {
  /** Points of a curve: one for about two pixels of a wide screen. */
  private static final int POINTS = 800;

  private static final int EVAL_POINTS = 200;
  private static final int EVALS = 400;
  private static final int CHECKPOINTS = 200;
  private static final int WARNINGS = 20;

  private final String runId;
  private final Instant started = Instant.now();
  private Optional<Instant> ended = Optional.empty();
  private String state = "running";
  private String message = "";
  private Optional<StepMetrics> last = Optional.empty();
  private long totalSteps;
  private Duration remaining = Duration.ZERO;
  private final Curve loss = new Curve(POINTS);
  private final Curve learningRate = new Curve(POINTS);
  private final Curve speed = new Curve(POINTS);
  private final Map<String, Curve> evalLoss = new LinkedHashMap<>();
  private List<RankMachine> machines = List.of();
  private List<RankRow> ranks = List.of();
  private final Set<Integer> stragglers = new TreeSet<>();
  private final List<EvalRow> evals = new ArrayList<>();
  private final List<CheckpointRow> checkpoints = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * A run that begins now.
   *
   * @param runId how it is called
   */
  public LiveRun(String runId) {
    this.runId = runId;
  }

  String runId() {
    return runId;
  }

  /** The run has ended well. */
  public void finished() {
    end("finished", "");
  }

  /**
   * The run has failed.
   *
   * @param reason in one line
   */
  public void failed(String reason) {
    end("failed", reason);
  }

  private synchronized void end(String as, String reason) {
    state = as;
    message = reason;
    ended = Optional.of(Instant.now());
    remaining = Duration.ZERO;
  }

  @Override
  public synchronized void onRanks(List<RankMachine> found) {
    machines = List.copyOf(found);
    stragglers.clear();
  }

  @Override
  public synchronized void onRankSteps(List<RankRow> rows) {
    ranks = List.copyOf(rows);
  }

  @Override
  public synchronized void onStraggler(Straggler straggler) {
    if (straggler.gone()) {
      stragglers.remove(straggler.rank());
    } else {
      stragglers.add(straggler.rank());
    }
  }

  @Override
  public synchronized void onWarning(String line) {
    add(warnings, line, WARNINGS);
  }

  @Override
  public synchronized void onMetrics(StepMetrics metrics, long steps, Duration estimate) {
    last = Optional.of(metrics);
    totalSteps = steps;
    remaining = estimate;
    loss.add(metrics.step(), metrics.loss());
    learningRate.add(metrics.step(), metrics.learningRate());
    speed.add(metrics.step(), metrics.tokensPerSecond());
  }

  @Override
  public synchronized void onEvaluation(EvalRow row) {
    add(evals, row, EVALS);
    if (row.name().equals("eval_loss")) {
      evalLoss
          .computeIfAbsent(row.dataset(), name -> new Curve(EVAL_POINTS))
          .add(row.step(), row.value());
    }
  }

  @Override
  public synchronized void onCheckpoint(CheckpointRow row) {
    add(checkpoints, row, CHECKPOINTS);
  }

  @Override
  public synchronized void onDeleted(String path) {
    checkpoints.removeIf(row -> row.path().equals(path));
  }

  private static <T> void add(List<T> list, T element, int most) {
    list.add(element);
    if (list.size() > most) {
      list.remove(0);
    }
  }

  /** All that is known of it at this moment. */
  public synchronized RunState now() {
    return new RunState(
        runId,
        started,
        ended,
        state,
        message,
        last,
        totalSteps,
        remaining,
        loss.points(),
        evalLoss.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> entry.getValue().points(),
                    (a, b) -> a,
                    LinkedHashMap::new)),
        learningRate.points(),
        speed.points(),
        machines,
        ranks,
        Set.copyOf(stragglers),
        List.copyOf(evals),
        List.copyOf(checkpoints),
        List.copyOf(warnings));
  }
}
