package dev.hone.jobs;

import dev.hone.ingest.tables.Progress;
import dev.hone.packing.PrepReport;
import dev.hone.training.distributed.RunObserver;

/** Told of everything that a run does, on the thread that called it or one of the driver's. */
public interface HoneObserver extends RunObserver, Progress.Listener {

  /** Reading or tokenizing has come so far. */
  @Override
  default void onProgress(Progress.Seen seen) {}

  /** The data is prepared. */
  default void onPrepared(PrepReport report) {}

  /** The run can be watched in the Spark UI, at that address. */
  default void onPage(String address) {}
}
