package dev.hone.ingest.tables;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;

/**
 * A table's definition in SQL. Delta's builder would do for a path and for {@code schema.table}; a
 * name of three levels it does not read.
 *
 * <pre>{@code
 * Ddl.columns(fields)   `run_id` STRING NOT NULL COMMENT 'The run', `n` BIGINT COMMENT 'How many'
 * }</pre>
 */
final class Ddl {
  private Ddl() {}

  /** Creates the table where there is none, with comments, partitioning and properties. */
  static String create(TableSchema table, String identifier) {
    String[] partitions = table.table().partitionedBy();
    return "CREATE TABLE IF NOT EXISTS "
        + identifier
        + " ("
        + columns(List.of(table.struct().fields()))
        + ") USING DELTA"
        + (partitions.length == 0
            ? ""
            : " PARTITIONED BY (`" + String.join("`, `", partitions) + "`)")
        + " COMMENT "
        + text(table.table().comment())
        + " TBLPROPERTIES "
        + table.properties().entrySet().stream()
            .map(property -> text(property.getKey()) + " = " + text(property.getValue()))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Adds every column in one commit. */
  static String add(List<StructField> columns, String identifier) {
    return "ALTER TABLE " + identifier + " ADD COLUMNS (" + columns(columns) + ")";
  }

  private static String columns(List<StructField> columns) {
    return columns.stream()
        .map(
            column ->
                "`%s` %s%s COMMENT %s"
                    .formatted(
                        column.name(),
                        column.dataType().sql(),
                        column.nullable() ? "" : " NOT NULL",
                        text(column.getComment().get())))
        .collect(Collectors.joining(", "));
  }

  /** Spark's own {@code toDDL} leaves a backslash as it is, which then is read as an escape. */
  private static String text(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
