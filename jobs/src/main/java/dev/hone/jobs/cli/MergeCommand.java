package dev.hone.jobs.cli;

import dev.hone.formats.model.peft.AdapterMerge;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hone merge ADAPTER DIR}. Starts no Spark. */
@Command(
    name = "merge",
    description = "Makes one Hugging Face directory of an adapter and its base model.",
    mixinStandardHelpOptions = true)
final class MergeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ADAPTER", description = "A PEFT directory.")
  Path adapter;

  @Parameters(index = "1", paramLabel = "DIR", description = "New or empty.")
  Path directory;

  @Option(
      names = "--base-model",
      paramLabel = "DIR",
      description = "What the adapter was trained on; without it, the directory that it names.")
  Path baseModel;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Path base = AdapterMerge.run(adapter, Optional.ofNullable(baseModel), directory);
    spec.commandLine().getOut().println(directory + ": merged from " + adapter + " and " + base);
    return 0;
  }
}
