package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PrepRow;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.report.RunPage;
import dev.hone.jobs.tracking.Trackers;
import dev.hone.jobs.ui.LiveRun;
import dev.hone.jobs.ui.TrainingTab;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.RunResult;
import dev.hone.training.distributed.TrainStage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was done under the name of a run: from its row in {@code runs} to what it came to, watched
 * by the tables, the page of the live view and the trackers.
 *
 * @param result empty: it was finished before, and nothing was done
 */
record RecordedRun(String runId, Optional<RunResult> result) {

  /** What is done, after so many steps that are done already. */
  interface Stage {
    RunResult run(String runId, long from, RunObserver watching);
  }

  /** Begins where an earlier attempt was cut off, if there was one. */
  static RecordedRun goingOn(
      Warehouse warehouse, HoneConfig config, PrepRow prep, HoneObserver observer, Stage stage) {
    return of(warehouse, config, prep, true, observer, stage);
  }

  /**
   * Begins at step 0.
   *
   * @throws HoneException if the name is that of a training that can go on
   */
  static RecordedRun anew(
      Warehouse warehouse, HoneConfig config, PrepRow prep, HoneObserver observer, Stage stage) {
    return of(warehouse, config, prep, false, observer, stage);
  }

  private static RecordedRun of(
      Warehouse warehouse,
      HoneConfig config,
      PrepRow prep,
      boolean goesOn,
      HoneObserver observer,
      Stage stage) {
    String runId = RunLedger.runId(config, Instant.now());
    String prepId = prep.prepId();
    long from = 0;
    switch (RunLedger.earlier(warehouse, config, runId, prep)) {
      case FINISHED -> {
        return new RecordedRun(runId, Optional.empty());
      }
      case RESUMABLE -> {
        from = TrainStage.resumable(warehouse, runId, config.output().outputDir());
        if (from > 0 && !goesOn) {
          throw new HoneException(
              "run_id '%s' is a training that was cut off after step %d and can go on; call hone train or run, or choose another run_id for this evaluation"
                  .formatted(runId, from));
        }
        RunLedger.clear(warehouse, runId, from);
      }
      case UNFINISHED -> RunLedger.clear(warehouse, runId, 0);
      case NONE -> {}
    }
    RunLedger ledger = RunLedger.start(warehouse, config, runId, prepId);
    LiveRun page = TrainingTab.follow(warehouse.spark(), runId, observer::onPage);
    Trackers trackers =
        Trackers.start(
            config,
            runId,
            from,
            Version.current(),
            System.getenv(),
            new Watchers(List.of(page, observer))::onWarning);
    RunResult result;
    try {
      result =
          stage.run(runId, from, new Watchers(List.of(ledger.ranks(), page, trackers, observer)));
    } catch (RuntimeException | Error e) {
      page.failed(Failures.firstLine(e));
      ledger.failed(e);
      trackers.failed(Failures.firstLine(e));
      throw e;
    }
    page.finished();
    ledger.finished(result);
    trackers.finished(() -> RunPage.of(warehouse, runId, false, System.getenv()));
    return new RecordedRun(runId, Optional.of(result));
  }
}
