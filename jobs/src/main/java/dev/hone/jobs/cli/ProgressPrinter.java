package dev.hone.jobs.cli;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.ingest.tables.Progress;
import dev.hone.jobs.Durations;
import dev.hone.jobs.HoneObserver;
import dev.hone.packing.PrepReport;
import dev.hone.training.trainer.StepMetrics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints what a run does: one line for each report, evaluation and model. */
class ProgressPrinter implements HoneObserver {
  private final PrintWriter out;

  ProgressPrinter(PrintWriter out) {
    this.out = out;
  }

  /**
   * {@code tokenize: 25 %, 12,500 rows, 3 refused, 4.6 M tokens, 460,000 tokens/s, ETA 30s}; by
   * rows where no token is made.
   */
  @Override
  public void onProgress(Progress.Seen seen) {
    String speed =
        seen.tokens() == 0
            ? String.format(Locale.ROOT, "%,.0f rows/s", seen.perSecond(seen.rows()))
            : String.format(
                Locale.ROOT,
                "%.1f M tokens, %,.0f tokens/s",
                seen.tokens() / 1e6,
                seen.perSecond(seen.tokens()));
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %.0f %%, %,d rows, %,d refused, %s, ETA %s",
            seen.stage(),
            100 * seen.done(),
            seen.rows(),
            seen.refused(),
            speed,
            seen.remaining().map(Durations::shown).orElse("?")));
    out.flush();
  }

  @Override
  public void onPrepared(PrepReport report) {
    RunReport.prep(report, out);
  }

  @Override
  public void onPage(String address) {
    out.println("live view: " + address);
    out.flush();
  }

  @Override
  public void onAsked(String model, long missing) {
    out.println(
        missing == 0
            ? "%s: has been asked about every pack".formatted(model)
            : String.format(Locale.ROOT, "%s: asked about %,d packs", model, missing));
    out.flush();
  }

  @Override
  public void onLoaded(long baseWeightBytes) {
    out.println(
        String.format(Locale.ROOT, "base model: %.1f MB of weights", baseWeightBytes / 1e6));
    out.flush();
  }

  @Override
  public void onResumed(long step, String path) {
    out.println("goes on after step " + step + ", from " + path);
    out.flush();
  }

  @Override
  public void onSkipped(long step, int rank, double loss, double gradNorm) {
    out.println(
        String.format(
            Locale.ROOT,
            "step %d is skipped%s: loss is %s and grad_norm is %s",
            step,
            rank == 0 ? "" : " by rank " + rank,
            loss,
            gradNorm));
    out.flush();
  }

  @Override
  public void onEndedEarly(long step, long totalSteps, String reason) {
    out.println("ends after step %d of %d: %s".formatted(step, totalSteps, reason));
    out.flush();
  }

  @Override
  public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
    out.println(
        String.format(
            Locale.ROOT,
            "step %d/%d  loss %.4f  lr %.2e  grad_norm %.3f%s  %.0f tokens/s  ETA %s",
            metrics.step(),
            totalSteps,
            metrics.loss(),
            metrics.learningRate(),
            metrics.gradNorm(),
            preferred(metrics),
            metrics.tokensPerSecond(),
            Durations.shown(remaining)));
    out.flush();
  }

  /**
   * How often the better answer of a pair is the likelier one or has the higher reward, or by how
   * much answers that are wanted are likelier.
   */
  private static String preferred(StepMetrics metrics) {
    Double accuracy = metrics.ofObjective().get("rewards/accuracies");
    Double margin = metrics.ofObjective().get("rewards/margins");
    Double rated = metrics.ofObjective().get("accuracy");
    if (accuracy != null) {
      return String.format(Locale.ROOT, "  accuracies %.2f", accuracy);
    }
    if (rated != null) {
      return String.format(Locale.ROOT, "  accuracy %.2f", rated);
    }
    return margin == null ? "" : String.format(Locale.ROOT, "  margins %.3f", margin);
  }

  @Override
  public void onWarning(String line) {
    out.println("warning: " + line);
    out.flush();
  }

  @Override
  public void onEvaluation(EvalRow row) {
    out.println(
        String.format(
            Locale.ROOT,
            "eval step %d  %s  %s %s  (n %d)",
            row.step(),
            row.dataset(),
            row.name(),
            RunReport.value(row),
            row.n()));
    out.flush();
  }

  @Override
  public void onCheckpoint(CheckpointRow row) {
    out.println(
        String.format(
            Locale.ROOT, "saved step %d  %s  %.1f MB", row.step(), row.path(), row.bytes() / 1e6));
    out.flush();
  }
}
