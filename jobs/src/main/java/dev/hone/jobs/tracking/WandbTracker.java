package dev.hone.jobs.tracking;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code report_to: wandb}: an offline run in {@code <logging_dir>/wandb}, which {@code wandb sync}
 * sends. Keys are those of transformers' {@code WandbCallback}: {@code train/loss}, {@code
 * eval/loss}, over {@code train/global_step}. A run that goes on after an interruption is a run of
 * its own there, in the group of the first.
 *
 * <p>Records are those of {@code wandb_internal.proto}: a run with its configuration, what the x
 * axis is, a row of history for each event, a summary, the end.
 */
final class WandbTracker implements Tracker {
  /** Of the file; wandb 0.31.0 reads it. */
  static final int STORE_VERSION = 0;

  private static final int LONGEST_TAG = 64; // wandb's own limit
  private static final String STEP = "train/global_step";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final TrackedRun run;
  private final Map<String, String> summary = new LinkedHashMap<>();
  private WandbLog log;
  private long records;
  private long rows;

  WandbTracker(TrackedRun run) {
    this.run = run;
  }

  /** {@code wandb}. */
  @AutoService(TrackerKind.class)
  public static final class Kind implements TrackerKind {
    @Override
    public String name() {
      return "wandb";
    }

    @Override
    public Tracker open(TrackedRun run, Map<String, String> environment) {
      return new WandbTracker(run);
    }
  }

  /** wandb's name of the run: one that goes on has another, as wandb takes back no rows. */
  private String id() {
    String first = run.setting("wandb_run_id").orElse(run.runId());
    return run.from() == 0 ? first : first + "-from-" + run.from();
  }

  @Override
  public void begin() throws IOException {
    String name = "offline-run-%s-%s".formatted(STAMP.format(run.startedAt()), id());
    Path folder = run.folder().resolve("wandb").resolve(name);
    Files.createDirectories(folder.resolve("files"));
    log = new WandbLog(folder.resolve("run-" + id() + ".wandb"), STORE_VERSION);
    put(17, described());
    put(12, new Protobuf().text(1, STEP).message(6, new Protobuf().number(3, 1)));
    put(
        12,
        new Protobuf()
            .text(2, "*")
            .text(4, STEP)
            .message(6, new Protobuf().number(1, 1).number(3, 1)));
  }

  private Protobuf described() {
    Protobuf config = new Protobuf();
    Effective.values(run.config())
        .forEach((key, value) -> config.message(1, item(key, value.toString())));
    Protobuf described = new Protobuf().text(1, id());
    run.setting("wandb_entity").ifPresent(entity -> described.text(2, entity));
    described.text(3, run.setting("wandb_project").orElse("uncategorized"));
    described.message(4, config);
    if (run.from() > 0) {
      described.text(6, run.setting("wandb_run_id").orElse(run.runId()));
    }
    described.text(8, run.setting("wandb_name").orElse(run.runId()));
    run.tags()
        .forEach(
            (key, value) -> {
              String tag = key + ":" + value;
              described.text(10, tag.substring(0, Math.min(tag.length(), LONGEST_TAG)));
            });
    Instant start = run.startedAt();
    return described.message(
        17, new Protobuf().number(1, start.getEpochSecond()).number(2, start.getNano()));
  }

  @Override
  public void write(TrackedEvent event) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    if (event instanceof TrackedEvent.Metrics metrics) {
      metrics
          .values()
          .forEach((name, value) -> values.put(HuggingFaceNames.tag(name), number(value)));
      values.put("train/epoch", number(metrics.epoch()));
    } else if (event instanceof TrackedEvent.Evaluation evaluation) {
      values.put(HuggingFaceNames.tag(evaluation.key()), number(evaluation.value()));
    } else {
      return;
    }
    values.put(STEP, Long.toString(event.step()));
    values.put("_timestamp", number(event.at().toEpochMilli() / 1e3));
    values.put("_runtime", number(seconds(event.at())));
    values.put("_step", Long.toString(rows));
    Protobuf row = new Protobuf();
    values.forEach((key, value) -> row.message(1, item(key, value)));
    put(2, row.message(2, new Protobuf().number(1, rows)));
    rows++;
    summary.putAll(values);
  }

  @Override
  public void end(Ending ending) throws IOException {
    Protobuf last = new Protobuf();
    summary.forEach((key, value) -> last.message(1, item(key, value)));
    put(3, last);
    long runtime = Math.round(seconds(ending.at()));
    put(18, new Protobuf().number(1, ending.finished() ? 0 : 1).number(2, runtime));
  }

  private double seconds(Instant at) {
    return Duration.between(run.startedAt(), at).toMillis() / 1e3;
  }

  /** As wandb's JSON has it, which knows NaN and Infinity. */
  private static String number(double value) {
    return JsonNodeFactory.instance.numberNode(value).asText();
  }

  private static Protobuf item(String key, String json) {
    return new Protobuf().text(1, key).text(16, json);
  }

  private void put(int field, Protobuf record) throws IOException {
    records++;
    log.append(new Protobuf().number(1, records).message(field, record).bytes());
  }

  @Override
  public void close() throws IOException {
    if (log != null) {
      log.close();
    }
  }
}
