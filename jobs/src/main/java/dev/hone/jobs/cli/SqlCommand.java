package dev.hone.jobs.cli;

import dev.hone.jobs.Hone;
import dev.hone.jobs.Sessions;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone sql --warehouse DIR "SELECT ..."}: every table and view by its bare name. */
@Command(
    name = "sql",
    description = "Queries the tables of a warehouse, during a run and after it.",
    mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--format",
      defaultValue = "table",
      description =
          "${COMPLETION-CANDIDATES}: aligned; with a header; one object a line (default: ${DEFAULT-VALUE}).")
  RowPrinter.Format format;

  @Parameters(paramLabel = "QUERY", description = "One statement.")
  String query;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Dataset<Row> rows = Hone.sql(spark, warehouse.place, query);
      RowPrinter.print(rows, format, spec.commandLine().getOut());
    }
    return 0;
  }
}
