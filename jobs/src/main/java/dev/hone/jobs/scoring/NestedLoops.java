package dev.hone.jobs.scoring;

import java.math.BigInteger;
import org.apache.spark.sql.catalyst.planning.ExtractEquiJoinKeys;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Joins that compare every row of one side with every row of the other. Spark does so in a loop
 * that does not look whether its task is to end, so a long one holds its core for good, whatever
 * the limit of time.
 */
final class NestedLoops {
  /** Bytes of one side times those of the other: of two tables of 10,000 rows of 100 bytes each. */
  private static final BigInteger LARGEST = BigInteger.TEN.pow(12);

  private NestedLoops() {}

  /**
   * Whether a query has one that may take long.
   *
   * @param query optimized
   */
  static boolean isLong(LogicalPlan query) {
    return (query instanceof Join join
            && ExtractEquiJoinKeys.unapply(join).isEmpty()
            && size(join.left()).multiply(size(join.right())).compareTo(LARGEST) > 0)
        || CollectionConverters.asJava(query.children()).stream().anyMatch(NestedLoops::isLong)
        || CollectionConverters.asJava(query.subqueries()).stream().anyMatch(NestedLoops::isLong);
  }

  private static BigInteger size(LogicalPlan side) {
    return side.stats().sizeInBytes().bigInteger();
  }
}
