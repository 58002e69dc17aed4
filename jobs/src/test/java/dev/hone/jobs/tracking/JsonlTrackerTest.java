package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class JsonlTrackerTest {
  private static final String BEGIN =
      "{\"event\":\"begin\",\"run_id\":\"monday\",\"hone\":\"1.2.3\",\"config\":{\"learning_rate\":2.0E-4,"
          + "\"base_model\":\"${MODELS}/tiny\",\"datasets\":[{\"path\":\"a.jsonl\"}],\"bf16\":false},"
          + "\"step\":0,\"timestamp\":\"2026-01-02T03:04:05Z\"}";
  private static final String STEP_1 =
      "{\"loss\":1.5,\"rewards/accuracies\":0.25,\"epoch\":0.125,\"step\":1,\"timestamp\":\"2026-01-02T03:04:06Z\"}";
  private static final String END =
      "{\"event\":\"end\",\"state\":\"finished\",\"timestamp\":\"2026-01-02T03:05:05Z\"}";

  @TempDir private Path folder;

  @Test
  void aLineIsAnObject() throws Exception {
    TrackedRuns.follow(new JsonlTracker(TrackedRuns.run(folder, 0, Map.of())), 1);
    assertEquals(
        List.of(
            BEGIN,
            STEP_1,
            "{\"eval_loss\":1.25,\"epoch\":0.125,\"dataset\":\"val_set\",\"n\":64,\"step\":1,\"timestamp\":\"2026-01-02T03:04:06Z\"}",
            "{\"event\":\"checkpoint\",\"path\":\"out/checkpoint-1\",\"step\":1,\"timestamp\":\"2026-01-02T03:04:06Z\"}",
            "{\"loss\":2.5,\"rewards/accuracies\":0.25,\"epoch\":0.25,\"step\":2,\"timestamp\":\"2026-01-02T03:04:07Z\"}",
            END),
        Files.readAllLines(folder.resolve("monday.jsonl")));
  }

  @Test
  void whatIsDoneAgainIsTakenOut() throws Exception {
    Path file = folder.resolve("monday.jsonl");
    TrackedRuns.follow(new JsonlTracker(TrackedRuns.run(folder, 0, Map.of())), 1);
    Files.writeString(file, "{\"loss\":9.5,\"ep", StandardOpenOption.APPEND);
    TrackedRuns.follow(new JsonlTracker(TrackedRuns.run(folder, 1, Map.of())), 2);
    List<String> lines = Files.readAllLines(file);
    assertEquals(List.of(BEGIN, STEP_1), lines.subList(0, 2));
    assertEquals(
        List.of("1", "1", "1", "2", "2", "2", "3"),
        lines.stream()
            .filter(line -> line.contains("\"step\":") && !line.contains("begin"))
            .map(line -> line.replaceAll(".*\"step\":(\\d+).*", "$1"))
            .toList());
    assertEquals(1, lines.stream().filter(END::equals).count());
  }

  @Test
  void aNewRunOfTheNameBeginsAnew() throws Exception {
    TrackedRuns.follow(new JsonlTracker(TrackedRuns.run(folder, 0, Map.of())), 1);
    TrackedRuns.follow(new JsonlTracker(TrackedRuns.run(folder, 0, Map.of())), 1);
    assertEquals(6, Files.readAllLines(folder.resolve("monday.jsonl")).size());
  }
}
