package dev.hone.packing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.hone.formats.corpus.DocumentJson;
import dev.hone.packing.quality.Removal;
import dev.hone.packing.quality.TextRules;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Finds the documents that the quality filters remove, before anything is tokenized. Close it when
 * the marked documents are done with.
 */
final class QualityStage implements AutoCloseable {
  private static final StructType REMOVED =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("removed_by", DataTypes.StringType, true)
          .add("removed_message", DataTypes.StringType, true);

  private final PrepSpec spec;
  private Optional<Dataset<Row>> kept = Optional.empty();

  QualityStage(PrepSpec spec) {
    this.spec = spec;
  }

  /**
   * The documents with {@code removed_by}, the filter that removes them, and {@code
   * removed_message}; both are null for those that stay.
   *
   * @param documents with position and kept_as of {@link DocumentSources#positioned}
   */
  Dataset<Row> marked(Dataset<Row> documents) {
    if (spec.quality().settings().isEmpty()) {
      return documents
          .withColumn("removed_by", lit(null).cast(DataTypes.StringType))
          .withColumn("removed_message", lit(null).cast(DataTypes.StringType));
    }
    Dataset<Row> removed = byText(documents).persist(StorageLevel.MEMORY_AND_DISK());
    kept = Optional.of(removed);
    Dataset<Row> marked = documents.join(removed, new String[] {"record_id"}, "left");
    return spec.dedup() ? marked.withColumn("kept_as", keptAs()) : marked;
  }

  /** What was removed is nobody's original: the first of equal documents that stays is kept. */
  private static Column keptAs() {
    WindowSpec equal = Window.partitionBy("content_hash").orderBy("position");
    Column first = first("record_id").over(equal);
    Column stays =
        first(when(col("removed_by").isNull(), col("record_id")), true)
            .over(equal.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing()));
    // Otherwise it is a document of an earlier run, which stayed.
    return when(col("kept_as").equalTo(first), coalesce(stays, first)).otherwise(col("kept_as"));
  }

  private Dataset<Row> byText(Dataset<Row> documents) {
    TextRules rules = spec.quality().text();
    MapPartitionsFunction<Row, Row> task = rows -> removed(rows, rules);
    return documents
        .where(col("dataset").isin(spec.trainedDatasets().toArray()))
        .select("record_id", "kind", "record")
        .mapPartitions(task, Encoders.row(REMOVED));
  }

  private static Iterator<Row> removed(Iterator<Row> documents, TextRules rules) {
    return StreamSupport.stream(((Iterable<Row>) () -> documents).spliterator(), false)
        .flatMap(document -> removed(document, rules).stream())
        .iterator();
  }

  private static Optional<Row> removed(Row document, TextRules rules) {
    Optional<Removal> removal =
        rules.check(DocumentJson.read(document.getString(2), document.getString(1)));
    return removal.map(
        by -> RowFactory.create(document.getString(0), by.filter().key(), by.message()));
  }

  @Override
  public void close() {
    kept.ifPresent(Dataset::unpersist);
  }
}
