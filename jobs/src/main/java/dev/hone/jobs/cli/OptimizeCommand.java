package dev.hone.jobs.cli;

import dev.hone.ingest.tables.Compaction;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone optimize --warehouse DIR}: many small files of a table into few. */
@Command(
    name = "optimize",
    description =
        "Makes the many small files of each table into few (Delta's OPTIMIZE); runs may go on.",
    mixinStandardHelpOptions = true)
final class OptimizeCommand implements Callable<Integer> {
  @Mixin WarehouseOptions options;
  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    options.requireKnown();
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Warehouse warehouse = options.open(spark);
      options
          .chosen(warehouse, spec.commandLine().getErr())
          .forEach(
              type -> {
                out.println(text(Compaction.of(warehouse, type)));
                out.flush();
              });
    }
    return 0;
  }

  private static String text(Compaction done) {
    return done.changed()
        ? "%s: %d files before, %d after; %s rewritten as %s"
            .formatted(
                done.schema().name(),
                done.filesBefore(),
                done.filesAfter(),
                Sizes.bytes(done.bytesBefore()),
                Sizes.bytes(done.bytesAfter()))
        : "%s: nothing to do, %d files".formatted(done.schema().name(), done.filesBefore());
  }
}
