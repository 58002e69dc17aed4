package dev.hone.jobs.cli;

import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.config.MissingFiles;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone validate CONFIG}: every problem, or what holds. Starts no Spark. */
@Command(
    name = "validate",
    description = "Checks a configuration and prints what holds for every key.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Mixin ConfigOptions options;
  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    MissingFiles.of(config).forEach(problem -> err.println("notice: " + problem));
    config.effective().forEach(out::println);
    out.println(options.file + ": valid");
    return 0;
  }
}
