package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run tells becomes events, and trouble becomes warnings on the run's own thread. */
@Tag("unit")
class TrackersTest {
  @TempDir private Path folder;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private final class Telling implements TrackerKind, Tracker {
    @Override
    public String name() {
      return "telling";
    }

    @Override
    public Tracker open(TrackedRun run, Map<String, String> environment) {
      return this;
    }

    @Override
    public boolean wantsPage() {
      return true;
    }

    @Override
    public void begin() {
      told.add("begin");
    }

    @Override
    public void write(TrackedEvent event) throws IOException {
      if (event instanceof TrackedEvent.Metrics metrics) {
        told.add(event.step() + " " + metrics.values().get("loss") + " " + metrics.epoch());
      } else if (event instanceof TrackedEvent.Evaluation evaluation) {
        told.add(
            "%d %s %s %s"
                .formatted(event.step(), evaluation.key(), evaluation.value(), evaluation.epoch()));
      } else {
        TrackedEvent.Note note = (TrackedEvent.Note) event;
        told.add(event.step() + " " + note.kind() + " " + note.facts());
      }
    }

    @Override
    public void end(Ending ending) {
      told.add(ending.state() + " " + ending.message() + " " + ending.page());
    }
  }

  private Trackers start(TrackerKind kind) {
    TrackedRun run = TrackedRuns.run(folder, 0, Map.of());
    return new Trackers(List.of(kind), run, Map.of(), warnings::add);
  }

  @Test
  void aRunIsTold() {
    Trackers trackers = start(new Telling());
    EvalRow row = new EvalRow("monday", 0, "qa", "exact_match", 0.5, 10, Instant.EPOCH);
    trackers.onEvaluation(row);
    trackers.onMetrics(
        new StepMetrics(2, 0.5, 1.25, 0.1, 1e-4, 64, Map.of(), 9, 7), 8, Duration.ZERO);
    trackers.onEvaluation(new EvalRow("monday", 2, "v", "perplexity", 3, 10, Instant.EPOCH));
    trackers.onWarning("slow");
    trackers.onCheckpoint(
        new CheckpointRow(
            "monday",
            3,
            "/out",
            "peft",
            5,
            "",
            true,
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty()));
    trackers.finished(() -> "<html/>");
    assertEquals(
        List.of(
            "begin",
            "0 eval_qa_exact_match 0.5 0.0",
            "2 1.25 0.5",
            "2 eval_perplexity 3.0 0.5",
            "2 warning {message=slow}",
            "3 checkpoint {path=/out, format=peft, best=true}",
            "finished Optional.empty Optional[<html/>]"),
        told);
    assertEquals(List.of(), warnings);
  }

  @Test
  void aPageThatFailsIsOneWarning() {
    Trackers trackers = start(new Telling());
    trackers.finished(
        () -> {
          throw new IllegalStateException("the warehouse is gone");
        });
    assertEquals(List.of("begin", "finished Optional.empty Optional.empty"), told);
    assertEquals(List.of("trackers get no report page: the warehouse is gone"), warnings);
  }

  @Test
  void aFailedRunSaysWhy() {
    Trackers trackers = start(new Telling());
    trackers.failed("loss is NaN");
    assertEquals(List.of("begin", "failed Optional[loss is NaN] Optional.empty"), told);
  }

  @Test
  void allKindsAreFound() {
    List<String> names =
        ServiceLoader.load(TrackerKind.class).stream()
            .map(kind -> kind.get().name())
            .sorted()
            .toList();
    assertEquals(List.of("jsonl", "mlflow", "tensorboard", "wandb"), names);
  }
}
