package dev.hone.training.distributed;

import dev.hone.formats.tables.RankRow;
import dev.hone.training.trainer.RankSteps;
import dev.hone.training.trainer.StepMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What each rank did, line by line, with where it runs: as rows, and for the observer. */
final class RankLines {
  private final String runId;
  private final RunObserver observer;
  private final Stragglers stragglers = new Stragglers();
  private final List<RankRow> rows = new ArrayList<>();
  private final Set<String> warned = new HashSet<>();
  private List<RankMachine> machines = List.of();
  private long stepBefore;

  RankLines(String runId, RunObserver observer) {
    this.runId = runId;
    this.observer = observer;
  }

  /** The ranks of the lines that follow. */
  void met(RankMessage.Met met) {
    machines = met.machines();
    observer.onRanks(machines);
    met.differences().stream().filter(warned::add).forEach(this::warn);
  }

  private void warn(String line) {
    System.getLogger(RankLines.class.getName()).log(System.Logger.Level.WARNING, line);
    observer.onWarning(line);
  }

  private void tell(Straggler straggler) {
    observer.onStraggler(straggler);
    warn(straggler.shown());
  }

  /** The next line is of the steps after this one. */
  void resumedAt(long step) {
    stepBefore = step;
  }

  void add(StepMetrics metrics, Instant timestamp) {
    List<RankRow> line = new ArrayList<>();
    for (int rank = 0; rank < Math.min(machines.size(), metrics.ranks().size()); rank++) {
      line.add(row(metrics.step(), rank, metrics.ranks().get(rank), timestamp));
    }
    rows.addAll(line);
    observer.onRankSteps(List.copyOf(line));
    stragglers.add(metrics.step() - stepBefore, line).forEach(this::tell);
    stepBefore = metrics.step();
  }

  private RankRow row(long step, int rank, RankSteps did, Instant timestamp) {
    return new RankRow(
        runId,
        step,
        rank,
        machines.get(rank).host(),
        machines.get(rank).executorId(),
        did.stepSeconds(),
        did.waitingSeconds(),
        did.rssBytes(),
        timestamp);
  }

  /** Rows that are to be committed; whoever does takes them out. */
  List<RankRow> rows() {
    return rows;
  }
}
