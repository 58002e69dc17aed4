package dev.hone.ingest.tables;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PlacementTest {

  @Test
  @Tag("unit")
  void theExampleOfTheJavadoc() {
    assertArrayEquals(new int[] {0}, Placement.keys(1));
    assertArrayEquals(new int[] {2, 0}, Placement.keys(2));
    assertEquals(1000, Placement.keys(1000).length);
  }

  @Test
  @Tag("spark")
  void eachRowIsWhereItsNumberSays() {
    for (int partitions : List.of(2, 7)) {
      Dataset<Row> rows =
          TestSpark.session().range(1000).withColumn("part", col("id").mod(partitions));
      Dataset<Row> placed = Placement.byId(rows, partitions, col("part"));
      assertEquals(partitions, placed.rdd().getNumPartitions());
      assertEquals(0, placed.where(col("part").notEqual(spark_partition_id())).count());
      assertEquals(1000, placed.count());
    }
  }
}
