package dev.hone.jobs.cli;

import dev.hone.jobs.Sessions;
import dev.hone.jobs.report.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone compare RUN RUN}: what two runs did differently, and what came of it. */
@Command(
    name = "compare",
    description =
        "Shows two runs side by side: configuration where it differs, curves, evaluations, data.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  /** The values of {@code --format}. */
  enum Format {
    text,
    json
  }

  @Parameters(index = "0", paramLabel = "RUN", description = "The run_id of one.")
  String first;

  @Parameters(
      index = "1",
      paramLabel = "RUN",
      description = "The other; differences are its numbers less those of the first.")
  String second;

  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description =
          "For people, or one object in which every value is an array of two (default: ${DEFAULT-VALUE}).")
  Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Comparison compared = Comparison.of(warehouse.open(spark), first, second);
      if (format == Format.json) {
        out.println(compared.json());
      } else {
        compared.lines().forEach(out::println);
      }
    }
    out.flush();
    return 0;
  }
}
