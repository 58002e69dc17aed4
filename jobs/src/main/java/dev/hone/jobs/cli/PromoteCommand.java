package dev.hone.jobs.cli;

import dev.hone.formats.tables.ModelRow;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.nightly.Promotion;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone promote MODEL VERSION}: a version in use, whatever the gates said. */
@Command(
    name = "promote",
    description = "Puts a version in use by hand, once every byte of it was looked at.",
    mixinStandardHelpOptions = true)
final class PromoteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "As nightly.model in the configuration.")
  String model;

  @Parameters(paramLabel = "VERSION", description = "Its number; hone models lists them.")
  long version;

  @Mixin WarehouseOption warehouse;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the table models.")
  String reason;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try (SparkSession spark = Sessions.open(root.verbose)) {
      ModelRow now =
          new Promotion(warehouse.open(spark), model).promote(version, byHand("promoted", reason));
      spec.commandLine().getOut().println(inUse(now));
    }
    return 0;
  }

  /** The reason as the table has it. */
  static String byHand(String what, String reason) {
    String by = what + " by " + System.getProperty("user.name", "unknown");
    return reason == null ? by : by + ": " + reason;
  }

  /** What is used now. */
  static String inUse(ModelRow row) {
    return "model %s: version %d is in use, %s".formatted(row.model(), row.version(), row.path());
  }
}
