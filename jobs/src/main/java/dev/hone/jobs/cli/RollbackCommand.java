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

/** {@code hone rollback MODEL}: the version before. */
@Command(
    name = "rollback",
    description = "Takes the version in use out of it, and puts the one before in its place.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "As nightly.model in the configuration.")
  String model;

  @Mixin WarehouseOption warehouse;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the table models.")
  String reason;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try (SparkSession spark = Sessions.open(root.verbose)) {
      ModelRow now =
          new Promotion(warehouse.open(spark), model)
              .rollback(PromoteCommand.byHand("rolled back", reason));
      spec.commandLine().getOut().println(PromoteCommand.inUse(now));
    }
    return 0;
  }
}
