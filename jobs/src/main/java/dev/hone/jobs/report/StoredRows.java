package dev.hone.jobs.report;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * Rows of a warehouse that an older hone may have made: of a table that is not there, none; of a
 * column that is not there, nulls.
 */
record StoredRows(Warehouse warehouse) {

  /** A table with every column of its record, if it is there. */
  Optional<Dataset<Row>> table(Class<? extends Record> type) {
    Dataset<Row> rows;
    try {
      rows = warehouse.read(type);
    } catch (HoneException e) {
      return Optional.empty();
    }
    Set<String> there = Set.of(rows.columns());
    for (StructField field : warehouse.schema(type).struct().fields()) {
      if (!there.contains(field.name())) {
        rows = rows.withColumn(field.name(), functions.lit(null).cast(field.dataType()));
      }
    }
    return Optional.of(rows);
  }

  /** The rows for which a condition holds, one after the other: there may be many. */
  <R extends Record> Iterator<R> stream(Class<R> type, Column where, String... order) {
    Optional<Dataset<Row>> table = table(type);
    if (table.isEmpty()) {
      return Collections.emptyIterator();
    }
    Rows<R> records = Rows.of(type);
    Iterator<Row> found = ordered(table.get().where(where), order).toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return found.hasNext();
      }

      @Override
      public R next() {
        return records.fromRow(found.next());
      }
    };
  }

  /** The same, where there are few. */
  <R extends Record> List<R> list(Class<R> type, Column where, String... order) {
    return table(type)
        .map(rows -> Rows.of(type).collect(ordered(rows.where(where), order)))
        .orElse(List.of());
  }

  private static Dataset<Row> ordered(Dataset<Row> rows, String... columns) {
    return rows.orderBy(Arrays.stream(columns).map(functions::col).toArray(Column[]::new));
  }
}
