package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.ingest.tables.TableState;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone tables --warehouse DIR}: how large every table is, and what was last done to it. */
@Command(
    name = "tables",
    description = "Lists the tables of a warehouse: rows, files, bytes, last commit. Reads no row.",
    mixinStandardHelpOptions = true)
final class TablesCommand implements Callable<Integer> {
  private static final String LINE = "%-5s %-12s %14s %7s %9s %9s %8s  %-20s  %s";

  /** The values of {@code --format}. */
  enum Format {
    text,
    json
  }

  @Mixin WarehouseOptions options;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description =
          "For people, or one object a line with the columns and their comments (default: ${DEFAULT-VALUE}).")
  Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    options.requireKnown();
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Warehouse warehouse = options.open(spark);
      var types = options.chosen(warehouse, spec.commandLine().getErr());
      if (format == Format.text) {
        out.println(
            LINE.formatted(
                "in", "table", "rows", "files", "size", "stored", "version", "last commit", "by"));
      }
      types.forEach(
          type -> {
            TableState state = TableState.of(warehouse, type);
            out.println(format == Format.json ? json(state) : text(state));
          });
    }
    return 0;
  }

  private static String text(TableState state) {
    return LINE.formatted(
        in(state),
        state.schema().name(),
        state.rows().isPresent()
            ? String.format(Locale.ROOT, "%,d", state.rows().getAsLong())
            : "?",
        state.files(),
        Sizes.bytes(state.bytes()),
        Sizes.bytes(state.storedBytes()),
        state.version(),
        state.lastCommit().truncatedTo(ChronoUnit.SECONDS),
        state.lastOperation());
  }

  private static String json(TableState state) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema", in(state));
    json.put("table", state.schema().name());
    json.put("comment", state.schema().table().comment());
    json.put("location", state.location());
    if (state.rows().isPresent()) {
      json.put("rows", state.rows().getAsLong());
    } else {
      json.putNull("rows");
    }
    json.put("files", state.files());
    json.put("bytes", state.bytes());
    json.put("stored_bytes", state.storedBytes());
    json.put("version", state.version());
    json.put("last_commit", state.lastCommit().toString());
    json.put("last_operation", state.lastOperation());
    for (StructField field : state.schema().struct().fields()) {
      ObjectNode column = json.withArray("columns").addObject();
      column.put("name", field.name());
      column.put("type", field.dataType().sql());
      column.put("nullable", field.nullable());
      column.put("comment", field.getComment().get());
    }
    return json.toString();
  }

  private static String in(TableState state) {
    return state.schema().table().schema().name().toLowerCase(Locale.ROOT);
  }
}
