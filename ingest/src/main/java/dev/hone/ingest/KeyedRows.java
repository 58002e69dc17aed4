package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows as JSON, each with what tells it from the others.
 *
 * <p>Worked example: with row_key {@code [id]}, the row {@code id 7, text 'Hello', note NULL} has
 * {@code row_key {"id":7}} and {@code json {"id":7,"text":"Hello"}}.
 */
final class KeyedRows {
  private KeyedRows() {}

  /**
   * Columns {@code json} and {@code row_key}, and those that are kept. The key is null where a
   * column of it is, or none is asked for.
   *
   * @param kept columns of the rows that are not part of the JSON
   * @throws HoneException if the rows have no column of the key
   */
  static Dataset<Row> of(DatasetSource dataset, Dataset<Row> rows, String... kept) {
    List<String> outside = List.of(kept);
    Column[] inside =
        Arrays.stream(rows.columns())
            .filter(name -> !outside.contains(name))
            .map(KeyedRows::named)
            .toArray(Column[]::new);
    Column[] all = new Column[kept.length + 2];
    all[0] = to_json(struct(inside)).as("json");
    all[1] = key(dataset, rows).as("row_key");
    for (int i = 0; i < kept.length; i++) {
      all[i + 2] = named(kept[i]);
    }
    return rows.select(all);
  }

  private static Column key(DatasetSource dataset, Dataset<Row> rows) {
    List<String> names = dataset.table().rowKey();
    if (names.isEmpty()) {
      return lit(null).cast("string");
    }
    Column complete = lit(true);
    for (String name : names) {
      if (Arrays.stream(rows.columns()).noneMatch(name::equalsIgnoreCase)) {
        throw new HoneException(
            "dataset %s: row_key '%s' is no column of '%s', which has %s; correct it"
                .formatted(
                    dataset.name(), name, dataset.path(), String.join(", ", rows.columns())));
      }
      complete = complete.and(named(name).isNotNull());
    }
    return when(
        complete, to_json(struct(names.stream().map(KeyedRows::named).toArray(Column[]::new))));
  }

  private static Column named(String column) {
    return col("`" + column.replace("`", "``") + "`");
  }
}
