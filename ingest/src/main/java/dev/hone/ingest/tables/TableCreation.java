package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.Table;
import io.delta.tables.DeltaTable;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * Creates tables, and adds what they lack, however many drivers do it at once. Several tables at a
 * time: each takes a dozen looks at its log, one after the other, and on an object store most of
 * that is waiting.
 */
final class TableCreation {
  private static final int ATTEMPTS = 5;
  private static final int AT_ONCE = 4;

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
      createAll(tables);
    } catch (HoneException e) {
      throw e;
    } catch (Exception e) {
      throw new HoneException(
          "warehouse '%s' cannot be created: %s; check that the place can be written"
              .formatted(location.shown(), Failures.firstLine(e)),
          e);
    }
  }

  /** Leaves none under way; of several that fail it is the first in their order that is told. */
  private void createAll(List<TableSchema> tables) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Object>> created =
          threads.invokeAll(
              tables.stream()
                  .map(table -> Executors.callable(() -> create(table)))
                  .collect(Collectors.toList()));
      for (Future<Object> table : created) {
        table.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      threads.shutdown();
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
      throw interrupted(e);
    }
  }

  private static HoneException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HoneException("interrupted while tables were created", e);
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
