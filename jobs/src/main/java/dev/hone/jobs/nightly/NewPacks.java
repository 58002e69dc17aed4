package dev.hone.jobs.nightly;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import dev.hone.formats.Ranges;
import dev.hone.formats.tables.ModelRecordRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The packs of a preparation that a model has not been trained on, told by their records: that also
 * holds after a preparation was made anew, and its packs have other numbers.
 *
 * @param fresh packs with a record that is new
 * @param known packs of which the model has seen every record
 */
record NewPacks(Warehouse warehouse, Query query, List<Long> fresh, List<Long> known) {

  /**
   * What is asked.
   *
   * @param model its name
   * @param prepId the preparation
   * @param packsVersion of the table {@code packs}
   * @param seen versions whose records the model has been trained on
   * @param passed versions whose records it is not to be trained on
   */
  record Query(
      String model,
      String prepId,
      long packsVersion,
      Collection<Long> seen,
      Collection<Long> passed) {}

  /** Looks through the packs. */
  static NewPacks find(Warehouse warehouse, Query query) {
    Dataset<Row> records =
        packs(warehouse, query)
            .join(numbered(warehouse, query, query.seen(), "seen"), key(), "left")
            .join(numbered(warehouse, query, query.passed(), "passed"), key(), "left");
    List<Long> fresh = new ArrayList<>();
    List<Long> known = new ArrayList<>();
    records
        .groupBy("pack_id")
        .agg(
            max(col("seen").isNull().and(col("passed").isNull())).as("fresh"),
            min(col("seen").isNotNull()).as("known"))
        .orderBy("pack_id")
        .collectAsList()
        .forEach(
            row -> {
              if (row.getBoolean(1)) {
                fresh.add(row.getLong(0));
              } else if (row.getBoolean(2)) {
                known.add(row.getLong(0));
              }
            });
    return new NewPacks(warehouse, query, fresh, known);
  }

  private static String[] key() {
    return new String[] {"record_id"};
  }

  private static Dataset<Row> packs(Warehouse warehouse, Query query) {
    return warehouse
        .read(PackRow.class, query.packsVersion())
        .where(col("prep_id").equalTo(query.prepId()).and(col("split").equalTo("train")))
        .select(col("pack_id"), explode(col("record_ids")).as("record_id"));
  }

  private static Dataset<Row> numbered(
      Warehouse warehouse, Query query, Collection<Long> versions, String as) {
    return warehouse
        .read(ModelRecordRow.class)
        .where(col("model").equalTo(query.model()).and(col("version").isInCollection(versions)))
        .select("record_id")
        .distinct()
        .withColumn(as, lit(true));
  }

  /** Whether there is nothing to train on. */
  boolean isEmpty() {
    return fresh.isEmpty();
  }

  /**
   * Some of the packs that are known, never one twice.
   *
   * @param share for each new one
   * @param seed the same gives the same
   */
  List<Long> replayed(double share, long seed) {
    List<Long> shuffled = new ArrayList<>(known);
    Collections.shuffle(shuffled, new Random(seed));
    long count = Math.min(known.size(), Math.round(share * fresh.size()));
    return shuffled.subList(0, Math.toIntExact(count));
  }

  /**
   * Notes that a version is the first to see the records of the new packs; again is no harm.
   *
   * @return how many those are
   */
  long note(long version) {
    Dataset<Row> mine =
        packs(warehouse, query)
            .where(col("pack_id").isInCollection(fresh))
            .select("record_id")
            .distinct()
            .join(numbered(warehouse, query, query.seen(), "seen"), key(), "left_anti")
            .select(lit(query.model()).as("model"), lit(version).as("version"), col("record_id"));
    warehouse.replace(
        ModelRecordRow.class,
        Map.of("model", query.model(), "version", String.valueOf(version)),
        mine);
    return warehouse
        .read(ModelRecordRow.class)
        .where(col("model").equalTo(query.model()).and(col("version").equalTo(version)))
        .count();
  }

  /** New and replayed ones. */
  static Ranges together(List<Long> fresh, List<Long> replayed) {
    List<Long> all = new ArrayList<>(fresh);
    all.addAll(replayed);
    return Ranges.of(all);
  }
}
