package dev.hone.jobs.quickstart;

import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Sessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hone quickstart-report}: what {@code bin/quickstart} prints at its end. */
@Command(
    name = "quickstart-report",
    hidden = true,
    description = "Show what the newest finished run changed.")
public final class QuickstartReportCommand implements Callable<Integer> {
  @Option(names = "--warehouse", required = true, description = "As in the configuration.")
  private String warehouse;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = Sessions.open(false)) {
      Warehouse.open(spark, Sessions.warehouse(spark, warehouse)).registerViews();
      QuickstartReport.lines(spark).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
