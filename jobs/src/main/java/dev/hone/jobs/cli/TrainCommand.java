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
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone train CONFIG}: packs to a model. */
@Command(
    name = "train",
    description = "Prepares what is not prepared, and trains.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Mixin ConfigOptions options;
  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Hone.Outcome outcome =
          Hone.open(spark, config, ConfigOptions.notices(err))
              .train(TrainingProgress.of(out, root.termination, config));
      RunReport.run(outcome, config, out);
    }
    return 0;
  }
}
