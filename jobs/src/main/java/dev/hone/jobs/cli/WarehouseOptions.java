package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.TableSchema;
import dev.hone.ingest.tables.Warehouse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The warehouse, and the tables of it, that a command looks after. */
final class WarehouseOptions {
  @Mixin WarehouseOption warehouse;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "One table by its bare name. Repeatable (default: every table).")
  List<String> tables = new ArrayList<>();

  /**
   * The tables meant, in the order of docs/tables.md, and a word on those that are not there.
   *
   * @throws HoneException if a name is no table's, or a table named is not there
   */
  List<Class<? extends Record>> chosen(Warehouse opened, PrintWriter err) {
    requireKnown();
    List<Class<? extends Record>> there = opened.existing();
    List<String> missing =
        Warehouse.TABLES.stream()
            .filter(type -> !there.contains(type))
            .map(WarehouseOptions::name)
            .filter(name -> tables.isEmpty() || tables.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      String text =
          "warehouse '%s' has no table %s; hone prep creates it"
              .formatted(opened.shown(), String.join(", ", missing));
      if (!tables.isEmpty()) {
        throw new HoneException(text);
      }
      ConfigOptions.notices(err).accept(text);
    }
    return there.stream().filter(type -> tables.isEmpty() || tables.contains(name(type))).toList();
  }

  /** Opens the warehouse, once the names are known to be right. */
  Warehouse open(SparkSession spark) {
    return warehouse.open(spark);
  }

  /** A slip is found before Spark starts. */
  void requireKnown() {
    for (String table : tables) {
      if (Warehouse.TABLES.stream().noneMatch(type -> name(type).equals(table))) {
        throw new HoneException(
            "--table %s is no table of a warehouse; use %s"
                .formatted(
                    table,
                    Warehouse.TABLES.stream()
                        .map(WarehouseOptions::name)
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  private static String name(Class<? extends Record> type) {
    return TableSchema.of(type).name();
  }
}
