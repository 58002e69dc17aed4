package dev.hone.jobs.cli;

import dev.hone.jobs.Sessions;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.nightly.Decision;
import dev.hone.jobs.nightly.Night;
import dev.hone.jobs.nightly.Nightly;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone nightly CONFIG}: what a scheduler calls. */
@Command(
    name = "nightly",
    description =
        "Trains the model in use on what is new, and uses the result if it is good enough.",
    mixinStandardHelpOptions = true)
final class NightlyCommand implements Callable<Integer> {
  @Mixin ConfigOptions options;
  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Night night =
          Nightly.run(
              spark,
              overrides -> options.with(overrides, root.environment),
              TrainingProgress.of(out, root.termination, config));
      report(night, out);
    }
    return 0;
  }

  private static void report(Night night, PrintWriter out) {
    night.busy().ifPresent(owner -> out.println("another night is at it: " + owner));
    if (night.busy().isEmpty() && night.decisions().isEmpty()) {
      out.println("nothing new; nothing done");
    }
    night.decisions().stream().map(Decision::line).forEach(out::println);
    out.flush();
  }
}
