package dev.hone.jobs.cli;

import dev.hone.ingest.tables.Vacuum;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code hone vacuum --warehouse DIR --retain 168h}: files that no kept version needs, deleted. */
@Command(
    name = "vacuum",
    description =
        "Deletes the files of old versions (Delta's VACUUM). Versions older than --retain can no longer be read.",
    mixinStandardHelpOptions = true)
final class VacuumCommand implements Callable<Integer> {
  @Mixin WarehouseOptions options;

  @Option(
      names = "--retain",
      paramLabel = "168h|7d",
      defaultValue = "168h",
      converter = Hours.class,
      description =
          "Keep what became unneeded within these hours or days (default: ${DEFAULT-VALUE}).")
  long retain;

  @Option(
      names = "--force",
      description =
          "Allow less than delta.deletedFileRetentionDuration of a table; only if nobody reads or writes it.")
  boolean force;

  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  boolean dryRun;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    options.requireKnown();
    Vacuum.Request request = new Vacuum.Request(retain, force, dryRun);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Warehouse warehouse = options.open(spark);
      options
          .chosen(warehouse, spec.commandLine().getErr())
          .forEach(
              type -> {
                Vacuum done = Vacuum.of(warehouse, type, request);
                out.println(
                    "%s: %d files, %s %s"
                        .formatted(
                            done.schema().name(),
                            done.files(),
                            Sizes.bytes(done.bytes()),
                            dryRun ? "would be deleted" : "deleted"));
                out.flush();
              });
    }
    return 0;
  }

  /** {@code 168h} and {@code 7d} are 168. */
  static final class Hours implements ITypeConverter<Long> {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([hd])");

    @Override
    public Long convert(String text) {
      Matcher duration = DURATION.matcher(text);
      if (!duration.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no number of hours or days; write 168h or 7d");
      }
      return Long.parseLong(duration.group(1)) * (duration.group(2).equals("d") ? 24 : 1);
    }
  }
}
