package dev.hone.jobs.cli;

import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.TableSchema;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.Sizes;
import dev.hone.jobs.forget.ForgetReport;
import dev.hone.jobs.forget.ForgetRequest;
import dev.hone.jobs.forget.Forgetting;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone forget --warehouse DIR --where "record LIKE '%ada@example.org%'"}. */
@Command(
    name = "forget",
    description = {
      "Takes records out of documents, quarantine, samples, packs and generations, keeps ingest from"
          + " bringing them back, and marks the runs that trained on them.",
      "Nothing else should write the warehouse meanwhile. Without --where and --record-id it goes on"
          + " with what was cut off."
    },
    mixinStandardHelpOptions = true)
final class ForgetCommand implements Callable<Integer> {
  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "SQL, on the columns of documents or of quarantine or of both; it counts for each table that has"
              + " all of them. Repeatable: one has to hold.")
  List<String> where = new ArrayList<>();

  @Option(
      names = "--record-id",
      paramLabel = "ID",
      description = "One record by its record_id. Repeatable.")
  List<String> recordIds = new ArrayList<>();

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description =
          "Which table --where is about: documents, quarantine or generations. Repeatable (default:"
              + " documents and quarantine).")
  List<String> tables = new ArrayList<>();

  @Option(names = "--dry-run", description = "Say what would go, and change nothing.")
  boolean dryRun;

  @Option(
      names = "--vacuum",
      description =
          "Delete the files of all old versions at once; only if nobody reads or writes the warehouse."
              + " Without it hone vacuum does that after the retention.")
  boolean vacuum;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ForgetRequest request = new ForgetRequest(where, recordIds, chosen(), dryRun, vacuum);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Warehouse opened = warehouse.open(spark);
      opened.existing();
      ForgetReport report = Forgetting.run(opened, request);
      if (report.isEmpty()) {
        out.println("nothing to forget");
      } else {
        report.lines(dryRun).forEach(out::println);
      }
      report
          .vacuumed()
          .forEach(
              done ->
                  out.println(
                      "%s: %d files of old versions, %s deleted"
                          .formatted(
                              done.schema().name(), done.files(), Sizes.bytes(done.bytes()))));
      if (!report.isEmpty() && !dryRun && !vacuum) {
        out.println(
            "older versions still hold them until hone vacuum has deleted their files; --vacuum does it at once");
      }
      out.flush();
      report.notices().forEach(ConfigOptions.notices(spec.commandLine().getErr()));
    }
    return 0;
  }

  private List<Class<? extends Record>> chosen() {
    if (tables.isEmpty()) {
      return Forgetting.DEFAULT_TABLES;
    }
    List<Class<? extends Record>> known =
        Stream.concat(Forgetting.DEFAULT_TABLES.stream(), Stream.of(GenerationRow.class)).toList();
    return tables.stream()
        .<Class<? extends Record>>map(
            name ->
                known.stream()
                    .filter(type -> TableSchema.of(type).name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new ParameterException(
                                spec.commandLine(),
                                "--table %s: use documents, quarantine or generations"
                                    .formatted(name))))
        .toList();
  }
}
