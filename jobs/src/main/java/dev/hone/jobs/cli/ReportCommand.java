package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.Sizes;
import dev.hone.jobs.report.RunPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone report RUN}: a run as one page, while it goes on and after it. */
@Command(
    name = "report",
    description = "Writes a run as one HTML page that needs no other file and no network.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "Its run_id.")
  String run;

  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where the page goes; one that is there is replaced (default: RUN.html).")
  Path output;

  @Option(
      names = "--no-text",
      description = "Leave out documents, answers and what was said of refused records.")
  boolean noText;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path file = output == null ? Path.of(fileName(run)) : output;
    if (Files.isDirectory(file)) {
      throw new HoneException("--output %s is a folder; name a file in it".formatted(file));
    }
    try (SparkSession spark = Sessions.open(root.verbose)) {
      String page = RunPage.of(warehouse.open(spark), run, !noText, root.environment);
      write(file, page);
      out.println("report of run %s: %s (%s)".formatted(run, file, Sizes.bytes(Files.size(file))));
    }
    out.flush();
    return 0;
  }

  private static void write(Path file, String page) {
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new HoneException(
          "%s cannot be written: %s; name another place with --output"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** A name that is one on every file system: {@code a/b} is {@code a_b.html}. */
  static String fileName(String run) {
    return run.replaceAll("[^\\p{L}\\p{N}._-]", "_") + ".html";
  }
}
