package dev.hone.jobs.forget;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A condition in SQL that says which rows are meant, in every table that has all of its columns.
 *
 * <pre>{@code
 * record LIKE '%Ada%'                          rows of documents; quarantine has no column record
 * raw LIKE '%Ada%'                             rows of quarantine
 * dataset = 'chats' AND source LIKE '%ada%'    rows of both
 * }</pre>
 */
record Condition(String sql) {

  /**
   * The rows of each table that it selects, in the order of the tables; empty where a table lacks a
   * column of it.
   *
   * @throws HoneException if it is no condition, or fits none of the tables
   */
  List<Optional<Dataset<Row>>> in(Warehouse warehouse, List<Class<? extends Record>> tables) {
    List<Optional<Dataset<Row>>> rows = new ArrayList<>();
    String missing = "";
    for (Class<? extends Record> table : tables) {
      try {
        rows.add(Optional.of(warehouse.read(table).where(sql)));
      } catch (Exception e) {
        if (!(e instanceof AnalysisException problem)) { // which Scala throws without saying so
          throw e;
        }
        if (!String.valueOf(problem.getCondition()).startsWith("UNRESOLVED_COLUMN")) {
          throw new HoneException(
              "--where '%s' is no condition: %s; write one as after WHERE in SQL"
                  .formatted(sql, Failures.firstLine(problem)),
              problem);
        }
        missing = Failures.firstLine(problem);
        rows.add(Optional.empty());
      }
    }
    if (rows.stream().allMatch(Optional::isEmpty)) {
      throw new HoneException(
          "--where '%s' names a column that none of %s has: %s; use columns of one of them (docs/tables.md)"
              .formatted(
                  sql,
                  String.join(
                      ", ", tables.stream().map(table -> warehouse.schema(table).name()).toList()),
                  missing));
    }
    return rows;
  }
}
