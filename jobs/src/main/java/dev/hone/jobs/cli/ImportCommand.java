package dev.hone.jobs.cli;

import dev.hone.formats.model.gguf.GgufImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hone import model.gguf DIR}. Starts no Spark. */
@Command(
    name = "import",
    description =
        "Makes a Hugging Face directory of a GGUF file: config, weights, tokenizer, template.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "GGUF", description = "The file.")
  Path gguf;

  @Parameters(index = "1", paramLabel = "DIR", description = "New or empty.")
  Path directory;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    GgufImport.run(gguf, directory);
    spec.commandLine().getOut().println(directory + ": imported from " + gguf);
    return 0;
  }
}
