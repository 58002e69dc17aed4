package dev.hone.jobs.cli;

import dev.hone.jobs.Hone;
import dev.hone.jobs.Sessions;
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

/** {@code hone models}: which versions there are, and which is in use. */
@Command(
    name = "models",
    description = "Lists the versions that hone nightly made, the newest first.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
  private static final String QUERY =
      """
      SELECT model, version, state, parent_version AS parent, new_records, replayed_packs AS replayed,
        decided_at, path, reason
      FROM models%s ORDER BY model, version DESC
      """;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "One model (default: every model).")
  String model;

  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--format",
      paramLabel = "table|csv|json",
      defaultValue = "table",
      description = "For people, spreadsheets or programs (default: ${DEFAULT-VALUE}).")
  RowPrinter.Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try (SparkSession spark = Sessions.open(root.verbose)) {
      String of = model == null ? "" : " WHERE model = '" + model.replace("'", "\\'") + "'";
      RowPrinter.print(
          Hone.sql(spark, warehouse.place, QUERY.formatted(of)),
          format,
          spec.commandLine().getOut());
    }
    return 0;
  }
}
