package dev.hone.jobs.cli;

import dev.hone.jobs.config.HoneConfig;
import java.io.PrintWriter;
import java.time.Duration;

/** Prints what a training does, and ends it at a checkpoint when the JVM is about to end. */
final class TrainingProgress extends ProgressPrinter {
  private final Termination termination;
  private final Duration longest;

  private TrainingProgress(PrintWriter out, Termination termination, Duration longest) {
    super(out);
    this.termination = termination;
    this.longest = longest;
  }

  /** A checkpoint may take as long as {@code distributed.timeout}. */
  static TrainingProgress of(PrintWriter out, Termination termination, HoneConfig config) {
    return new TrainingProgress(out, termination, config.training().team().timeout());
  }

  @Override
  public void onStarted(long optimizerStateBytes) {
    termination.waitForCheckpoint(longest);
  }

  @Override
  public boolean isStopAsked() {
    return termination.isAsked();
  }
}
