package dev.hone.jobs.report;

import dev.hone.formats.tables.RunRow;
import dev.hone.jobs.ui.Curve;
import dev.hone.jobs.ui.RunState;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A run of the tables as the live page knows one, so that both draw it alike. */
final class RunStates {
  /** As many points as the live page has. */
  static final int POINTS = 800;

  private RunStates() {}

  static RunState of(RunDetails details) {
    RunStory story = details.story();
    RunRow run = story.run();
    return new RunState(
        run.runId(),
        run.startedAt(),
        run.finishedAt(),
        run.state(),
        run.message().orElse(""),
        last(story),
        run.state().equals("finished") ? story.steps() : 0,
        Duration.ZERO,
        Curve.of(story.curve("loss"), POINTS),
        evalLoss(story),
        Curve.of(story.curve("learning_rate"), POINTS),
        Curve.of(story.curve("tokens_per_second"), POINTS),
        run.ranks().map(RankStory::machines).orElse(List.of()),
        details.ranks().last(),
        Set.of(),
        story.evals(),
        story.checkpoints(),
        List.of());
  }

  private static Map<String, List<Curve.Point>> evalLoss(RunStory story) {
    Map<String, List<Curve.Point>> curves = new LinkedHashMap<>();
    EvalSummary.of(story.evals())
        .values()
        .forEach(
            one -> {
              if (one.name().equals("eval_loss")) {
                curves.put(one.dataset(), Curve.of(one.curve(), POINTS));
              }
            });
    return curves;
  }

  private static Optional<StepMetrics> last(RunStory story) {
    if (story.metrics().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new StepMetrics(
            story.steps(),
            story.epochs(),
            value(story, "loss"),
            value(story, "grad_norm"),
            value(story, "learning_rate"),
            (long) value(story, "num_tokens"),
            Map.of(),
            value(story, "tokens_per_second"),
            value(story, "step_seconds")));
  }

  private static double value(RunStory story, String name) {
    return story.last(name).map(Curve.Point::value).orElse(Double.NaN);
  }
}
