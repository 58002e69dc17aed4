package dev.hone.jobs.cli;

import dev.hone.jobs.config.HoneConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The configuration that most commands begin with. */
final class ConfigOptions {
  @Parameters(paramLabel = "CONFIG", description = "The YAML; docs/config.md lists its keys.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one key; dots go into lists and mappings. Repeatable.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--warehouse",
      paramLabel = "PATH",
      description = "The same as --set warehouse=PATH.")
  String warehouse;

  @Option(names = "--run-id", paramLabel = "NAME", description = "The same as --set run_id=NAME.")
  String runId;

  /** Reads it, and prints its notices. */
  HoneConfig read(Map<String, String> environment, PrintWriter err) {
    HoneConfig config = with(List.of(), environment);
    config.notices().forEach(notices(err));
    return config;
  }

  /** The same with further assignments, of which nothing is printed. */
  HoneConfig with(List<String> more, Map<String, String> environment) {
    List<String> overrides = new ArrayList<>(set);
    override(overrides, "warehouse", warehouse);
    override(overrides, "run_id", runId);
    overrides.addAll(more);
    return HoneConfig.read(file, overrides, environment);
  }

  /** Prints a notice. */
  static Consumer<String> notices(PrintWriter err) {
    return notice -> {
      err.println("notice: " + notice);
      err.flush();
    };
  }

  /** Adds {@code --set KEY=VALUE} where an option of its own was given. */
  static void override(List<String> overrides, String key, String value) {
    if (value != null) {
      overrides.add(key + "='" + value.replace("'", "''") + "'");
    }
  }
}
