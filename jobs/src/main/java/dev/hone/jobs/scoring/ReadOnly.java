package dev.hone.jobs.scoring;

import dev.hone.formats.HoneException;
import org.apache.spark.sql.catalyst.plans.logical.Call;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import scala.jdk.javaapi.CollectionConverters;

/** Which statements change nothing. */
public final class ReadOnly {
  private ReadOnly() {}

  /**
   * The tables are the pipeline's record; nobody changes them by a slip in a query.
   *
   * @param statement as it was parsed
   * @throws HoneException if it is a command that does not only look
   */
  public static void require(LogicalPlan statement) {
    String name = name(statement);
    boolean looks =
        name.startsWith("Show") || name.startsWith("Describe") || name.startsWith("Explain");
    if (!looks && isCommand(statement)) {
      throw new HoneException(
          "the query is no question (%s): hone sql only reads; use spark-sql to change a table"
              .formatted(name));
    }
  }

  /** Whether it is an order, or has one in it: {@code WITH w AS (..) INSERT INTO t ..}. */
  static boolean isCommand(LogicalPlan statement) {
    return statement instanceof Command
        || statement instanceof ParsedStatement
        // A class that has another name in Spark 4.0.
        || name(statement).contains("ExecuteImmediate")
        || statement instanceof Call
        || CollectionConverters.asJava(statement.children()).stream().anyMatch(ReadOnly::isCommand);
  }

  /** What Spark calls it: {@code DropTable}. */
  static String name(LogicalPlan statement) {
    return statement.getClass().getSimpleName();
  }
}
