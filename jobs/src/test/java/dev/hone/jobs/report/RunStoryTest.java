package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.EvalRow;
import dev.hone.jobs.ui.Curve;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RunStoryTest {

  @Test
  void ofAStepThatWasDoneAgainTheLaterNumberCounts() {
    RunStory story =
        RunStory.of(
            Stories.run("r", "running", "{}", Optional.empty()),
            Optional.empty(),
            List.of(
                    Stories.metric("r", 1, "loss", 3),
                    Stories.metric("r", 2, "loss", 9),
                    Stories.metric("r", 2, "loss", 2))
                .iterator(),
            List.of(
                Stories.eval("r", 2, "set", "eval_loss", 8, 1),
                Stories.eval("r", 2, "set", "eval_loss", 7, 1)),
            List.of());
    assertEquals(List.of(new Curve.Point(1, 3), new Curve.Point(2, 2)), story.curve("loss"));
    assertEquals(List.of(7.0), story.evals().stream().map(EvalRow::value).toList());
    assertEquals(2, story.steps());
    assertEquals(Optional.of(Duration.ofSeconds(2)), story.took(), "to its last line");
    assertEquals(0.2, story.epochs(), 0);
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    assertEquals(
        "warehouse '/w' has no run 'mondy'; it has tuesday, monday",
        RunStory.unknown("mondy", "/w", List.of("tuesday", "monday")));
    assertEquals(
        "warehouse '/w' has no run 'x', and no other; start one with hone run, or name another warehouse",
        RunStory.unknown("x", "/w", List.of()));
    List<String> many = IntStream.range(0, 25).mapToObj(i -> "r" + i).toList();
    String told = RunStory.unknown("x", "/w", many);
    assertEquals("r19 and 5 older ones", told.substring(told.lastIndexOf(", ") + 2));
  }
}
