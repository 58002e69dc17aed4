package dev.hone.jobs.cli;

import dev.hone.jobs.Hone;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone eval CONFIG}: a model to numbers. */
@Command(
    name = "eval",
    aliases = "evaluate",
    description =
        "Measures base_model, with lora_model_dir on it if that is set; or the trained model against it.",
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  @Mixin ConfigOptions options;

  @Option(
      names = "--against-base",
      description =
          "Measures the model in output_dir too, on the same questions, and how often it gives the better answer.")
  boolean againstBase;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Hone hone = Hone.open(spark, config, ConfigOptions.notices(err));
      ProgressPrinter progress = new ProgressPrinter(out);
      Hone.Outcome outcome =
          againstBase ? hone.evaluateAgainstBase(progress) : hone.evaluate(progress);
      RunReport.run(outcome, config, out);
    }
    return 0;
  }
}
