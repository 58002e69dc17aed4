package dev.hone.jobs.ui;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a run at one moment.
 *
 * @param state as in {@code runs}
 * @param message why it failed; else empty
 * @param last metrics of the last line, none before it
 * @param totalSteps of the whole run; 0 if nothing is trained, before the first line, or if nobody
 *     says
 * @param remaining estimate; zero before the first line
 * @param evalLoss {@code eval_loss} by data set
 * @param machines where the ranks are, by rank
 * @param ranks what they did last, by rank
 * @param stragglers ranks that the others wait for
 * @param evals the newest, in order
 * @param checkpoints those that are there, in order
 * @param warnings the newest, in order
 */
public record RunState(
    String runId,
    Instant started,
    Optional<Instant> ended,
    String state,
    String message,
    Optional<StepMetrics> last,
    long totalSteps,
    Duration remaining,
    List<Curve.Point> loss,
    Map<String, List<Curve.Point>> evalLoss,
    List<Curve.Point> learningRate,
    List<Curve.Point> speed,
    List<RankMachine> machines,
    List<RankRow> ranks,
    Set<Integer> stragglers,
    List<EvalRow> evals,
    List<CheckpointRow> checkpoints,
    List<String> warnings) {}
