package dev.hone.jobs.cli;

import dev.hone.jobs.Hone;
import dev.hone.jobs.export.ExportTarget;
import dev.hone.jobs.export.Exporter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hone export MODEL --to gguf:q8_0}. Starts no Spark. */
@Command(
    name = "export",
    description = "Makes what others open of a trained model, and measures it against the model.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A Hugging Face model directory, or a PEFT adapter's.")
  Path model;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      required = true,
      description =
          "hf, merged, gguf:TYPE or ollama[:TYPE]; TYPE is f32, f16, bf16, q8_0, q6_k, q4_k_m or"
              + " q4_0.")
  String to;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "The new file or directory; without it, beside MODEL.")
  Path out;

  @Option(
      names = "--base-model",
      paramLabel = "DIR",
      description = "What an adapter was trained on; without it, the directory that it names.")
  Path baseModel;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Path place = out == null ? ExportTarget.of(to).beside(model) : out;
    Exporter.Result result =
        Hone.export(model, Optional.ofNullable(baseModel), to, Optional.of(place));
    PrintWriter printer = spec.commandLine().getOut();
    printer.println(place + ": exported from " + model);
    printer.println("parity: " + result.parity() + " (allowed: " + result.tolerance() + ")");
    return 0;
  }
}
