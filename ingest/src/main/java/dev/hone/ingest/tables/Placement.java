package dev.hone.ingest.tables;

import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;

import java.util.BitSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/**
 * Puts rows where they shall be. Spark places a row by the hash of a key, modulo the number of
 * partitions; here each partition gets a key that hashes to it. Spark 4.1 has {@code
 * repartitionById} for this, Spark 4.0 nothing.
 */
public final class Placement {
  /** Of Spark's hash partitioning ({@code HashPartitioning.partitionIdExpression}). */
  private static final int SEED = 42;

  private Placement() {}

  /**
   * Partition {@code p} of the result has the rows whose {@code id} is {@code p}.
   *
   * @param id an integer from 0 to below {@code partitions}
   */
  public static <T> Dataset<T> byId(Dataset<T> rows, int partitions, Column id) {
    Column key = element_at(lit(keys(partitions)), id.cast("int").plus(1));
    return rows.repartition(partitions, key);
  }

  /**
   * Numbers that Spark's hash sends to partition 0, 1, ..
   *
   * <p>Example: of two partitions 0 goes to the second, and 2 is the first number for the first.
   */
  static int[] keys(int partitions) {
    int[] keys = new int[partitions];
    BitSet found = new BitSet(partitions);
    for (int key = 0; found.cardinality() < partitions; key++) {
      int partition = Math.floorMod(Murmur3_x86_32.hashInt(key, SEED), partitions);
      if (!found.get(partition)) {
        found.set(partition);
        keys[partition] = key;
      }
    }
    return keys;
  }
}
