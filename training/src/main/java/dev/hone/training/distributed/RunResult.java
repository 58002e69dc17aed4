package dev.hone.training.distributed;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.training.trainer.StepMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param last metrics of the last steps; empty if nothing was trained
 * @param optimizerStateBytes bytes of the optimizer's state; empty if nothing was trained
 * @param evals every evaluation, in order
 * @param checkpoints everything that was written and is still there, the finished model last
 */
public record RunResult(
    Optional<StepMetrics> last,
    Optional<Long> optimizerStateBytes,
    List<EvalRow> evals,
    List<CheckpointRow> checkpoints) {
  public RunResult {
    evals = List.copyOf(evals);
    checkpoints = List.copyOf(checkpoints);
  }

  /** What several models that were measured one after the other came to. */
  public static RunResult measured(List<RunResult> results) {
    return new RunResult(
        Optional.empty(),
        Optional.empty(),
        results.stream().flatMap(result -> result.evals.stream()).toList(),
        List.of());
  }

  /** The same with more evaluations after the others. */
  public RunResult with(List<EvalRow> more) {
    List<EvalRow> all = new ArrayList<>(evals);
    all.addAll(more);
    return new RunResult(last, optimizerStateBytes, all, checkpoints);
  }

  /** The value of an evaluation at a step. */
  public Optional<Double> eval(long step, String dataset, String name) {
    return evals.stream()
        .filter(row -> row.step() == step)
        .filter(row -> row.dataset().equals(dataset) && row.name().equals(name))
        .map(EvalRow::value)
        .findFirst();
  }

  static final class Builder {
    private final List<EvalRow> evals = new ArrayList<>();
    private final List<CheckpointRow> checkpoints = new ArrayList<>();
    private StepMetrics last;
    private Long optimizerStateBytes;

    void add(StepMetrics metrics) {
      last = metrics;
    }

    void optimizerStateBytes(long bytes) {
      optimizerStateBytes = bytes;
    }

    void add(EvalRow row) {
      evals.add(row);
    }

    void add(CheckpointRow row) {
      checkpoints.add(row);
    }

    void remove(String path) {
      checkpoints.removeIf(row -> row.path().equals(path));
    }

    /** Adds one that is better than all before. */
    void addBest(CheckpointRow row) {
      checkpoints.replaceAll(CheckpointRow::notBest);
      checkpoints.add(row);
    }

    RunResult build() {
      return new RunResult(
          Optional.ofNullable(last), Optional.ofNullable(optimizerStateBytes), evals, checkpoints);
    }
  }
}
