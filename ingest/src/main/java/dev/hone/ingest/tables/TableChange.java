package dev.hone.ingest.tables;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a table that another version of hone made lacks.
 *
 * <p>A column that may be null is added: old rows have null there, and a hone that does not know it
 * goes on writing without it. Anything else would make old rows wrong, and is refused. Columns that
 * only the table has are left alone.
 *
 * <pre>{@code
 * table                      record                          change
 * run_id STRING              runId String                    none
 * (none)                     note Optional<String>           ADD COLUMNS (note STRING)
 * (none)                     seed long                       refused: rows without a seed
 * step INT                   step long                       refused: another type
 * }</pre>
 *
 * @param added columns to add, in the order of the record
 * @param wrong columns that are not there and must not be null, or have another type
 */
record TableChange(List<StructField> added, List<StructField> wrong) {

  static TableChange of(TableSchema table, StructType actual) {
    List<StructField> different =
        Arrays.stream(table.struct().fields())
            .filter(
                field ->
                    !named(actual, field.name())
                        .map(there -> there.dataType().equals(field.dataType()))
                        .orElse(false))
            .toList();
    List<StructField> added =
        different.stream()
            .filter(field -> field.nullable() && named(actual, field.name()).isEmpty())
            .toList();
    return new TableChange(
        added, different.stream().filter(field -> !added.contains(field)).toList());
  }

  /** Whether there is something that no statement mends. */
  boolean isRefused() {
    return !wrong.isEmpty();
  }

  /** What is refused, for a person. */
  String refused() {
    return wrong.stream()
        .map(field -> field.name() + " " + field.dataType().sql())
        .collect(Collectors.joining(", "));
  }

  private static Optional<StructField> named(StructType struct, String name) {
    // Spark's names do not know upper from lower case.
    return Arrays.stream(struct.fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst();
  }
}
