package dev.hone.ingest;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How what became of the records of some sources gets into the two tables: one commit each, the
 * quarantine first. A source that has documents was therefore committed whole, and a run that died
 * between the two reads its sources again, finds the quarantine rows there already, and adds the
 * documents.
 */
sealed interface TableCommit permits DatasetCommit, Additions, ChangeCommit {

  /**
   * Commits what was refused. It comes first, see above.
   *
   * @param outcomes rows of {@link Outcomes#SCHEMA}
   * @param refused how many of them were refused
   */
  void quarantine(Dataset<Row> outcomes, long refused);

  /**
   * Commits what was accepted.
   *
   * @param outcomes rows of {@link Outcomes#SCHEMA}
   * @param accepted how many of them were accepted
   */
  void documents(Dataset<Row> outcomes, long accepted);
}
