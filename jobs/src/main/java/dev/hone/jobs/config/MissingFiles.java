package dev.hone.jobs.config;

import dev.hone.formats.model.gguf.GgufModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files on this machine that a configuration names and that are not there. A notice while it is
 * only validated, which may happen on another machine; an error before a stage begins.
 */
public final class MissingFiles {
  private MissingFiles() {}

  /** One line for each, with the place in the configuration. */
  public static List<String> of(HoneConfig config) {
    List<String> missing = new ArrayList<>(ofModel(config));
    String file = config.source().file().toString();
    config
        .training()
        .teacher()
        .ifPresent(teacher -> directory(missing, file, "teacher_model", teacher.model()));
    List<HoneConfig.Dataset> datasets = new ArrayList<>(config.data().datasets());
    datasets.addAll(config.data().testDatasets());
    datasets.forEach(
        entry -> check(missing, entry.location(), entry.key() + ".path", entry.path()));
    return missing;
  }

  /** The model's directories only. */
  public static List<String> ofModel(HoneConfig config) {
    List<String> missing = new ArrayList<>();
    String file = config.source().file().toString();
    String base = config.model().baseModel();
    if (!GgufModel.isGguf(base)) {
      directory(missing, file, "base_model", base);
    } else if (!hasScheme(base) && !Files.isRegularFile(Path.of(base))) {
      missing.add(
          "%s: base_model: '%s' is not a file on this machine; hone downloads nothing, so give the path of the file"
              .formatted(file, base));
    }
    config
        .model()
        .lora()
        .flatMap(HoneConfig.Lora::from)
        .ifPresent(from -> directory(missing, file, "lora_model_dir", from));
    config
        .training()
        .reference()
        .flatMap(HoneConfig.Reference::model)
        .ifPresent(model -> directory(missing, file, "ref_model", model));
    return missing;
  }

  private static void directory(List<String> missing, String file, String key, String path) {
    if (!hasScheme(path) && !Files.isDirectory(Path.of(path))) {
      missing.add(
          "%s: %s: '%s' is not a directory on this machine; hone downloads nothing, so give the directory of the files"
              .formatted(file, key, path));
    }
  }

  /** A name with a slash and without a scheme is a local file; others may be tables. */
  private static void check(List<String> missing, String location, String key, String path) {
    boolean query = path.strip().toUpperCase(Locale.ROOT).matches("(?s)(SELECT|WITH)\\s.*");
    boolean local =
        path.contains("/") || path.matches(".*\\.(jsonl?|ndjson|csv|parquet|txt)(\\.gz)?");
    if (query || hasScheme(path) || !local || hasWildcard(path)) {
      return;
    }
    if (!Files.exists(Path.of(path))) {
      missing.add(
          "%s: %s: '%s' does not exist on this machine; relative paths start at %s"
              .formatted(location, key, path, Path.of("").toAbsolutePath()));
    }
  }

  private static boolean hasScheme(String path) {
    return path.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*");
  }

  private static boolean hasWildcard(String path) {
    return path.matches(".*[*?\\[{].*");
  }
}
