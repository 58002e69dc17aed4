package dev.hone.jobs.tracking;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * {@code report_to: tensorboard}: an event file in {@code <logging_dir>/<run_id>}, with the tags of
 * transformers' {@code TensorBoardCallback}: scalars {@code train/loss} and {@code eval/loss}, the
 * configuration as the text {@code args}. A run that goes on after an interruption writes another
 * file that begins by taking back the steps it does again.
 *
 * <p>Messages are those of TensorFlow's {@code event.proto} and {@code summary.proto}.
 */
final class TensorBoardTracker implements Tracker {
  private static final int DT_STRING = 7;
  private static final int SESSION_START = 1;

  private final TrackedRun run;
  private OutputStream out = OutputStream.nullOutputStream();

  TensorBoardTracker(TrackedRun run) {
    this.run = run;
  }

  /** {@code tensorboard}. */
  @AutoService(TrackerKind.class)
  public static final class Kind implements TrackerKind {
    @Override
    public String name() {
      return "tensorboard";
    }

    @Override
    public Tracker open(TrackedRun run, Map<String, String> environment) {
      return new TensorBoardTracker(run);
    }
  }

  @Override
  public void begin() throws IOException {
    Path folder = Files.createDirectories(run.folder().resolve(run.runId()));
    String name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%010d.%s.%d.0",
            run.startedAt().getEpochSecond(),
            host(),
            ProcessHandle.current().pid());
    out = Files.newOutputStream(folder.resolve(name));
    put(event(run.startedAt(), 0).text(3, "brain.Event:2"));
    if (run.from() > 0) {
      Protobuf session = new Protobuf().number(1, SESSION_START);
      put(event(run.startedAt(), run.from() + 1).message(7, session));
    } else {
      text("args", Effective.pretty(run.config()));
    }
  }

  @Override
  public void write(TrackedEvent event) throws IOException {
    if (event instanceof TrackedEvent.Metrics metrics) {
      Protobuf summary = new Protobuf();
      metrics
          .values()
          .forEach((name, value) -> summary.message(1, scalar(HuggingFaceNames.tag(name), value)));
      summary.message(1, scalar("train/epoch", metrics.epoch()));
      put(event(event.at(), event.step()).message(5, summary));
    } else if (event instanceof TrackedEvent.Evaluation evaluation) {
      Protobuf value = scalar(HuggingFaceNames.tag(evaluation.key()), evaluation.value());
      put(event(event.at(), event.step()).message(5, new Protobuf().message(1, value)));
    }
  }

  @Override
  public void end(Ending ending) {}

  @Override
  public void close() throws IOException {
    out.close();
  }

  private static Protobuf event(Instant at, long step) {
    double seconds = at.getEpochSecond() + at.getNano() / 1e9;
    return new Protobuf().real(1, seconds).number(2, step);
  }

  private static Protobuf scalar(String tag, double value) {
    return new Protobuf().text(1, tag).single(2, (float) value);
  }

  /** A tensor of one text, for the plugin that shows texts. */
  private void text(String tag, String text) throws IOException {
    Protobuf plugin = new Protobuf().text(1, "text");
    Protobuf shape = new Protobuf().message(2, new Protobuf().number(1, 1));
    Protobuf tensor = new Protobuf().number(1, DT_STRING).message(2, shape).text(8, text);
    Protobuf value =
        new Protobuf()
            .text(1, tag + "/text_summary")
            .message(8, tensor)
            .message(9, new Protobuf().message(1, plugin));
    put(event(run.startedAt(), 0).message(5, new Protobuf().message(1, value)));
  }

  /** In one piece, so that whoever reads meanwhile hardly ever meets half of it. */
  private void put(Protobuf event) throws IOException {
    out.write(TfRecords.framed(event.bytes()));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
