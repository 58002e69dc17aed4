package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.Table;
import io.delta.tables.DeltaTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/** Creates tables, and adds what they lack, however many drivers do it at once. */
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
        if (!location.exists(spark, table)) {
          spark.sql(Ddl.create(table, location.identifier(table)));
        }
        TableChange change = TableChange.of(table, existing(table).toDF().schema());
        if (change.isRefused()) {
          throw refused(table, change);
        }
        if (!change.added().isEmpty()) {
          spark.sql(Ddl.add(change.added(), location.identifier(table)));
        }
        return;
      } catch (HoneException e) {
        throw e;
      } catch (Exception e) {
        // Another driver that creates the table too, or adds the column too, makes ours fail in one
        // of several ways: it has won, or its log is there and still empty.
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

  private DeltaTable existing(TableSchema table) {
    return DeltaTable.forName(spark, location.identifier(table));
  }

  private HoneException refused(TableSchema table, TableChange change) {
    return new HoneException(
        "table %s of warehouse '%s' was made by another version of hone: it lacks %s; name another warehouse, or add the columns with ALTER TABLE"
            .formatted(table.name(), location.shown(), change.refused()));
  }
}
