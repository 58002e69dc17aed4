package dev.hone.jobs.config;

import dev.hone.training.checkpoint.OutputDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what else is told of a run: {@code report_to} and the keys of each tracker. As in Axolotl,
 * {@code use_mlflow} and {@code mlflow_experiment_name} turn MLflow on, {@code use_wandb} and
 * {@code wandb_project} wandb; {@code use_mlflow: false} keeps it off.
 */
final class TrackingKeys {
  private static final String TO = "report_to";
  private static final String DIRECTORY = "logging_dir";
  private static final String SERVER = "mlflow_tracking_uri";
  private static final String WITH_MODEL = "hf_mlflow_log_artifacts";
  private static final String REGISTERED = "mlflow_registered_model_name";
  private static final Set<String> WRITE_FILES = Set.of("jsonl", "tensorboard", "wandb");

  private TrackingKeys() {}

  static HoneConfig.Tracking read(Section top, ConfigNode.Entries root) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Key key : KeyTable.topLevel().groups().get("Tracking")) {
      if (key.type() != Key.Type.WORDS) {
        top.text(key.name())
            .filter(text -> top.given(key.name()))
            .ifPresent(text -> settings.put(key.name(), text));
      }
    }
    return new HoneConfig.Tracking(on(top), folder(top), settings, UnresolvedJson.effective(root));
  }

  /** The trackers that are on. */
  private static Set<String> on(Section top) {
    Set<String> on = new TreeSet<>(top.words(TO));
    on.remove("none");
    if (top.flag("use_tensorboard")) {
      on.add("tensorboard");
    }
    named(top, "mlflow", "use_mlflow", "mlflow_experiment_name", on);
    named(top, "wandb", "use_wandb", "wandb_project", on);
    if (top.text("wandb_mode").filter("disabled"::equals).isPresent()) {
      on.remove("wandb");
    }
    return on;
  }

  private static void named(Section top, String tracker, String flag, String name, Set<String> on) {
    boolean off = top.given(flag) && !top.flag(flag);
    if (off) {
      on.remove(tracker);
    } else if (top.flag(flag) || top.given(name)) {
      on.add(tracker);
    }
  }

  /** Where files are written; empty if that is no folder of this machine. */
  private static Optional<Path> folder(Section top) {
    Optional<String> written = top.text(DIRECTORY);
    return written.isPresent()
        ? local(written.get())
        : top.text("output_dir")
            .flatMap(TrackingKeys::local)
            .map(path -> path.resolve(OutputDirectory.LOGS));
  }

  private static Optional<Path> local(String text) {
    if (text.startsWith("file:")) {
      return Optional.of(Path.of(URI.create(text).getPath()));
    }
    return text.matches("[a-zA-Z][a-zA-Z0-9+.-]*:/.*")
        ? Optional.empty()
        : Optional.of(Path.of(text));
  }

  static void check(Section top, ReadContext context) {
    Set<String> on = on(top);
    if (top.words(TO).contains("none") && top.words(TO).size() > 1) {
      top.problem(TO, "none together with others; keep one of the two");
    }
    if (folder(top).isEmpty() && on.stream().anyMatch(WRITE_FILES::contains)) {
      top.problem(
          top.given(DIRECTORY) ? DIRECTORY : "output_dir",
          "'%s' is no folder of this machine, and %s appends to files; give logging_dir a local path"
              .formatted(
                  top.text(DIRECTORY).or(() -> top.text("output_dir")).orElse(""),
                  String.join(", ", on.stream().filter(WRITE_FILES::contains).toList())));
    }
    if (on.contains("mlflow")) {
      checkMlflow(top, context);
    }
  }

  private static void checkMlflow(Section top, ReadContext context) {
    Optional<String> server =
        top.text(SERVER)
            .or(() -> Optional.ofNullable(context.environment().get("MLFLOW_TRACKING_URI")));
    if (server.isEmpty() && !top.given(SERVER)) {
      top.problem(
          SERVER,
          "missing; give the address of an MLflow server, such as http://127.0.0.1:5000, here or as MLFLOW_TRACKING_URI");
    } else if (server.isPresent() && !server.get().matches("https?://[^/@]+(/.*)?")) {
      top.problem(
          SERVER,
          "is no address that starts with http:// or https:// and has no user in it; hone speaks to an MLflow server, and its user comes from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
    }
    boolean model = top.flag(WITH_MODEL);
    if (top.given(REGISTERED) && !model) {
      top.problem(
          REGISTERED, "registers a model that is not sent; add %s: true".formatted(WITH_MODEL));
    }
    if (model && top.text("output_dir").flatMap(TrackingKeys::local).isEmpty()) {
      top.problem(
          WITH_MODEL,
          "output_dir is no folder of this machine, and the model is sent from there; remove it, or give output_dir a local path");
    }
  }

  static List<String> notices(Section top) {
    Set<String> on = on(top);
    List<String> notices = new ArrayList<>();
    for (String tracker : List.of("mlflow", "wandb")) {
      List<String> idle =
          KeyTable.topLevel().groups().get("Tracking").stream()
              .map(Key::name)
              .filter(name -> name.contains(tracker + "_") && top.given(name))
              .filter(name -> !name.equals("wandb_mode"))
              .toList();
      if (!on.contains(tracker) && !idle.isEmpty()) {
        notices.add(
            "%s: no effect without report_to: %s".formatted(String.join(", ", idle), tracker));
      }
    }
    boolean asked =
        top.given("wandb_mode") && top.text("wandb_mode").equals(Optional.of("offline"));
    if (on.contains("wandb") && !asked) {
      notices.add(
          "wandb: an offline run is written, and wandb sync sends it; see docs/tracking.md");
    }
    return notices;
  }
}
