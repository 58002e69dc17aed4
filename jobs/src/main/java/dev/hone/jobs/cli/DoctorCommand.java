package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.config.MissingFiles;
import dev.hone.jobs.doctor.Doctor;
import dev.hone.jobs.doctor.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code hone doctor [CONFIG]}: whether this machine will do, and what to mend. Starts no Spark.
 */
@Command(
    name = "doctor",
    description = {
      "Checks Java, Spark, Delta, memory, native libraries, CPU, disk and clock of this machine;",
      "with a configuration also its plan and its buckets, into which a file is put and deleted."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  /** The values of {@code --format}. */
  enum Format {
    text,
    json
  }

  @Parameters(arity = "0..1", paramLabel = "CONFIG", description = "The YAML to check for.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one key of the YAML. Repeatable.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description =
          "A line a check, or one object a line with check, state, text, cure (default:"
              + " ${DEFAULT-VALUE}).")
  Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Optional<HoneConfig> config = Optional.empty();
    List<Finding> findings = new ArrayList<>();
    if (file != null) {
      try {
        config = Optional.of(HoneConfig.read(file, set, root.environment));
        findings.addAll(config(config.get()));
      } catch (HoneException e) {
        e.getMessage()
            .lines()
            .map(line -> new Finding("config", Finding.Level.PROBLEM, line, ""))
            .forEach(findings::add);
      }
    }
    findings.addAll(Doctor.examine(config));
    findings.forEach(one -> out.println(format == Format.json ? one.json() : one.line()));
    out.flush();
    return findings.stream().anyMatch(one -> one.level() == Finding.Level.PROBLEM) ? 1 : 0;
  }

  private List<Finding> config(HoneConfig config) {
    List<String> missing = MissingFiles.of(config);
    return missing.isEmpty()
        ? List.of(new Finding("config", Finding.Level.OK, file + " is valid", ""))
        : missing.stream()
            .map(line -> new Finding("config", Finding.Level.PROBLEM, line, ""))
            .toList();
  }
}
