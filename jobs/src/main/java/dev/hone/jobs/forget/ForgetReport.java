package dev.hone.jobs.forget;

import dev.hone.ingest.tables.Vacuum;
import dev.hone.packing.PackForgetting;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code hone forget} took out, or would.
 *
 * @param documents rows of {@code documents}
 * @param quarantine rows of {@code quarantine}
 * @param packs samples and packs
 * @param generations rows of {@code generations}
 * @param runs runs that trained on them, as they are marked
 * @param vacuumed what was deleted of old versions, table by table
 * @param notices what is not gone yet, and why
 */
public record ForgetReport(
    long documents,
    long quarantine,
    PackForgetting.Counts packs,
    long generations,
    List<Run> runs,
    List<Vacuum> vacuumed,
    List<String> notices) {
  public ForgetReport {
    runs = List.copyOf(runs);
    vacuumed = List.copyOf(vacuumed);
    notices = List.copyOf(notices);
  }

  /**
   * A run that trained on forgotten records.
   *
   * @param rows how many
   * @param checkpoints where its models lie
   */
  public record Run(String runId, String state, long rows, List<String> checkpoints) {
    public Run {
      checkpoints = List.copyOf(checkpoints);
    }
  }

  /** Whether there was nothing. */
  public boolean isEmpty() {
    return documents + quarantine + packs.samples() + packs.remade() + packs.gone() + generations
        == 0;
  }

  /** For people, a line a table and a line a run. */
  public List<String> lines(boolean dryRun) {
    String rows = dryRun ? "%s: %d rows would be deleted" : "%s: %d rows deleted";
    List<String> lines = new ArrayList<>();
    lines.add(rows.formatted("documents", documents));
    lines.add(rows.formatted("quarantine", quarantine));
    lines.add(rows.formatted("samples", packs.samples()));
    lines.add(
        (dryRun
                ? "packs: %d would be made again without them, %d would be deleted, of %d preparations"
                : "packs: %d made again without them, %d deleted, of %d preparations")
            .formatted(packs.remade(), packs.gone(), packs.preparations()));
    lines.add(rows.formatted("generations", generations));
    runs.forEach(
        run ->
            lines.add(
                "run %s (%s): trained on %d of them%s"
                    .formatted(
                        run.runId(),
                        run.state(),
                        run.rows(),
                        run.checkpoints().isEmpty()
                            ? ""
                            : "; " + String.join(", ", run.checkpoints()))));
    return lines;
  }
}
