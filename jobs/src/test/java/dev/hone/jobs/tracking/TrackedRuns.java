package dev.hone.jobs.tracking;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A run for trackers to follow, and what happens in it. */
final class TrackedRuns {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private TrackedRuns() {}

  static TrackedRun run(Path folder, long from, Map<String, String> settings) {
    return new TrackedRun(
        "monday",
        from,
        START,
        "{\"learning_rate\":2e-4,\"base_model\":\"${MODELS}/tiny\",\"datasets\":[{\"path\":\"a.jsonl\"}],\"bf16\":false}",
        Map.of("team", "${TEAM}"),
        folder.resolve("out").toString(),
        Optional.of(folder),
        "1.2.3",
        settings);
  }

  /** Training's numbers after a step, with a loss of its number. */
  static TrackedEvent.Metrics metrics(long step) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", step + 0.5);
    values.put("rewards/accuracies", 0.25);
    return new TrackedEvent.Metrics(START.plusSeconds(step), step, step / 8.0, values);
  }

  static TrackedEvent.Evaluation evaluation(long step) {
    return new TrackedEvent.Evaluation(
        START.plusSeconds(step), step, step / 8.0, "val_set", "eval_loss", step + 0.25, 64);
  }

  static TrackedEvent.Note checkpoint(long step) {
    return new TrackedEvent.Note(
        START.plusSeconds(step), step, "checkpoint", Map.of("path", "out/checkpoint-" + step));
  }

  static Ending finished() {
    return new Ending(START.plusSeconds(60), true, Optional.empty(), Optional.empty());
  }

  /** From begin to end on the caller's thread: two steps and what lies between. */
  static void follow(Tracker tracker, long first) throws Exception {
    try (tracker) {
      tracker.begin();
      tracker.write(metrics(first));
      tracker.write(evaluation(first));
      tracker.write(checkpoint(first));
      tracker.write(metrics(first + 1));
      tracker.end(finished());
    }
  }
}
