package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.model.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * {@code report_to: jsonl}: one JSON object a line in {@code <logging_dir>/<run_id>.jsonl}, by the
 * names that TRL has in {@code log_history}.
 *
 * <pre>
 * {"loss":1.5,"grad_norm":0.7,"learning_rate":1.0E-4,"epoch":0.5,"step":10,"timestamp":"..."}
 * {"eval_loss":1.4,"epoch":0.5,"step":10,"timestamp":"...","dataset":"val_set","n":2048}
 * {"event":"checkpoint","path":"out/checkpoint-10",...,"step":10,"timestamp":"..."}
 * </pre>
 *
 * The first line has {@code "event":"begin"} and the configuration, the last {@code "event":"end"}
 * and the state. A number that is not finite is a text. A run that goes on after an interruption
 * first takes out the lines of steps that it does again.
 */
final class JsonlTracker implements Tracker {
  private static final JsonMapper JSON = new JsonMapper();

  private final TrackedRun run;
  private final Path file;
  private OutputStream out = OutputStream.nullOutputStream();

  JsonlTracker(TrackedRun run) {
    this.run = run;
    this.file = run.folder().resolve(run.runId() + ".jsonl");
  }

  /** {@code jsonl}. */
  @AutoService(TrackerKind.class)
  public static final class Kind implements TrackerKind {
    @Override
    public String name() {
      return "jsonl";
    }

    @Override
    public Tracker open(TrackedRun run, Map<String, String> environment) {
      return new JsonlTracker(run);
    }
  }

  @Override
  public void begin() throws IOException {
    Files.createDirectories(file.getParent());
    boolean goesOn = run.from() > 0 && Files.exists(file);
    if (goesOn) {
      List<String> kept = Files.readAllLines(file).stream().filter(this::stays).toList();
      WholeFile.write(file, partial -> Files.write(partial, kept));
      out = Files.newOutputStream(file, StandardOpenOption.APPEND);
      return;
    }
    out = Files.newOutputStream(file);
    ObjectNode line = JSON.createObjectNode();
    line.put("event", "begin").put("run_id", run.runId()).put("hone", run.version());
    line.set("config", JSON.readTree(run.config()));
    write(line, 0, run.startedAt());
  }

  /** Not what is done again, nor half a line. */
  private boolean stays(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      return event.path("step").asLong(Long.MAX_VALUE) <= run.from()
          && !event.path("event").asText().equals("end");
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  @Override
  public void write(TrackedEvent event) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    if (event instanceof TrackedEvent.Metrics metrics) {
      metrics.values().forEach(line::put);
      line.put("epoch", metrics.epoch());
      write(line, event.step(), event.at());
    } else if (event instanceof TrackedEvent.Evaluation evaluation) {
      line.put(evaluation.key(), evaluation.value()).put("epoch", evaluation.epoch());
      line.put("dataset", evaluation.dataset()).put("n", evaluation.n());
      write(line, event.step(), event.at());
    } else {
      TrackedEvent.Note note = (TrackedEvent.Note) event;
      line.put("event", note.kind());
      note.facts().forEach(line::put);
      write(line, event.step(), event.at());
    }
  }

  @Override
  public void end(Ending ending) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("event", "end").put("state", ending.state());
    ending.message().ifPresent(message -> line.put("message", message));
    out.write(
        (JSON.writeValueAsString(line.put("timestamp", ending.at().toString())) + "\n")
            .getBytes(UTF_8));
  }

  private void write(ObjectNode line, long step, Instant at) throws IOException {
    line.put("step", step).put("timestamp", at.toString());
    out.write((JSON.writeValueAsString(line) + "\n").getBytes(UTF_8));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
