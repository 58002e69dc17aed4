package dev.hone.packing;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.packing.quality.Filter;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The documents that came since a preparation was finished. They alone are tokenized, and their
 * packs are added to those that are there.
 *
 * @param added these documents
 * @param packed {@code record_id} of the documents in packs
 * @param sources where the added documents came from
 */
record Growth(Dataset<Row> added, Dataset<Row> packed, DocumentSources sources) {

  /**
   * Finds what was added. Empty if the preparation must be made anew: a document of it is gone or
   * was changed, packs follow the order of the files, {@code num_samples} or a mix may choose
   * others now, or an attempt to add something was cut off. Reads ids, no text.
   *
   * @param finished the preparation
   * @param documents of its datasets, as they are now
   */
  static Optional<Growth> since(
      PrepRow finished, PrepTables tables, Dataset<Row> documents, PrepSpec spec) {
    if (spec.fileOrder()
        || spec.samplesDatasets()
        || finished.heldOutBelow().isEmpty()
        || !tables.complete(finished)) {
      return Optional.empty();
    }
    Dataset<Row> packed =
        tables.read(PackRow.class).select(explode(col("record_ids")).as("record_id")).distinct();
    Dataset<Row> covered =
        packed
            .union(tables.read(QuarantineRow.class).select("record_id"))
            .withColumnRenamed("record_id", "covered");
    List<Row> sources =
        documents
            .select("dataset", "source", "source_version", "record_id")
            .join(covered, col("record_id").equalTo(col("covered")), "left")
            .groupBy("dataset", "source", "source_version")
            .agg(count(lit(1)), count(col("covered")))
            .collectAsList();
    long here = sources.stream().mapToLong(source -> source.getLong(4)).sum();
    if (here < finished.documents()) {
      return Optional.empty();
    }
    List<Row> grown =
        sources.stream().filter(source -> source.getLong(4) < source.getLong(3)).toList();
    Dataset<Row> places =
        documents
            .sparkSession()
            .createDataFrame(grown, sources.get(0).schema())
            .select("dataset", "source", "source_version");
    Dataset<Row> added =
        documents
            .join(broadcast(places), new String[] {"dataset", "source", "source_version"})
            .join(covered, col("record_id").equalTo(col("covered")), "left_anti");
    return Optional.of(new Growth(added, packed, DocumentSources.of(added, spec)));
  }

  /**
   * The documents to train on that were there before, without those that a filter removed.
   *
   * @param documents of all datasets
   */
  Dataset<Row> earlier(Dataset<Row> documents, PrepTables tables, PrepSpec spec) {
    Dataset<Row> removed =
        tables
            .read(QuarantineRow.class)
            .where(col("reason").isin(Filter.keys().toArray()))
            .select("record_id");
    return documents
        .where(col("dataset").isin(spec.trainedDatasets().toArray()))
        .join(added.select("record_id"), new String[] {"record_id"}, "left_anti")
        .join(removed, new String[] {"record_id"}, "left_anti");
  }

  /**
   * The added documents with position and kept_as, see {@link DocumentSources#positioned}.
   *
   * @param documents of all datasets
   * @param before position of the first
   */
  Dataset<Row> positioned(Dataset<Row> documents, long before, boolean dedup) {
    Dataset<Row> positioned = sources.positioned(added, before, dedup);
    if (!dedup) {
      return positioned;
    }
    Dataset<Row> kept =
        documents
            .join(packed, "record_id")
            .groupBy("content_hash")
            .agg(min("record_id").as("kept_before"));
    return positioned
        .join(kept, new String[] {"content_hash"}, "left")
        .withColumn("kept_as", coalesce(col("kept_before"), col("kept_as")))
        .drop("kept_before");
  }
}
