package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.Table;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Creates tables, however many drivers do it at once. */
final class TableCreation {
  private static final int ATTEMPTS = 5;

  private final SparkSession spark;
  private final Location location;

  TableCreation(SparkSession spark, Location location) {
    this.spark = spark;
    this.location = location;
  }

  void create(List<TableSchema> tables) {
    try {
      if (location instanceof Location.Catalog catalog) {
        for (Table.Schema schema : Table.Schema.values()) {
          spark.sql("CREATE SCHEMA IF NOT EXISTS " + catalog.schema(schema));
        }
      }
      tables.forEach(this::create);
    } catch (HoneException e) {
      throw e;
    } catch (Exception e) {
      throw new HoneException(
          "warehouse '%s' cannot be created: %s; check that the place can be written"
              .formatted(location.shown(), Failures.firstLine(e)),
          e);
    }
  }

  private void create(TableSchema table) {
    for (int attempt = 1; ; attempt++) {
      try {
        if (!exists(table)) {
          builder(table).execute();
        }
        requireColumns(table, existing(table).toDF().schema());
        return;
      } catch (HoneException e) {
        throw e;
      } catch (Exception e) {
        // Another driver that creates the table too makes ours fail in one of several ways: it has
        // won, or its log is there and still empty.
        if (attempt == ATTEMPTS) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  private static void pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(100L << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoneException("interrupted while tables were created", e);
    }
  }

  private boolean exists(TableSchema table) {
    return location instanceof Location.Folder folder
        ? DeltaTable.isDeltaTable(spark, folder.path(table).toString())
        : spark.catalog().tableExists(location.identifier(table));
  }

  private DeltaTable existing(TableSchema table) {
    return DeltaTable.forName(spark, location.identifier(table));
  }

  private DeltaTableBuilder builder(TableSchema table) {
    DeltaTableBuilder builder =
        DeltaTable.createIfNotExists(spark)
            .addColumns(table.struct())
            .comment(table.table().comment())
            .partitionedBy(table.table().partitionedBy());
    if (table.table().changeDataFeed()) {
      builder.property("delta.enableChangeDataFeed", "true");
    }
    return location instanceof Location.Folder folder
        ? builder.location(folder.path(table).toString())
        : builder.tableName(location.identifier(table));
  }

  private void requireColumns(TableSchema table, StructType actual) {
    List<String> wrong =
        Arrays.stream(table.struct().fields())
            .filter(field -> !Objects.equals(type(actual, field.name()), field.dataType()))
            .map(field -> field.name() + " " + field.dataType().sql())
            .toList();
    if (!wrong.isEmpty()) {
      throw new HoneException(
          "table %s of warehouse '%s' was made by another version of hone: it lacks %s; name another warehouse, or add the columns with ALTER TABLE"
              .formatted(table.name(), location.shown(), String.join(", ", wrong)));
    }
  }

  private static Object type(StructType struct, String name) {
    return Arrays.stream(struct.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .map(StructField::dataType)
        .orElse(null);
  }
}
