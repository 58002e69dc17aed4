package dev.hone.packing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.DocumentText;
import dev.hone.packing.quality.EvaluationGrams;
import dev.hone.packing.quality.Filter;
import dev.hone.packing.quality.Removal;
import dev.hone.packing.quality.TextRules;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
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
  static final StructType REMOVED =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("removed_by", DataTypes.StringType, true)
          .add("removed_message", DataTypes.StringType, true);

  private final Warehouse warehouse;
  private final PrepSpec spec;
  private final Optional<EvaluationGrams> evaluation;
  private final List<Dataset<Row>> kept = new ArrayList<>();
  private final List<Broadcast<?>> broadcast = new ArrayList<>();

  /**
   * @param evaluation what rows must not share; empty: not asked
   */
  QualityStage(Warehouse warehouse, PrepSpec spec, Optional<EvaluationGrams> evaluation) {
    this.evaluation = evaluation;
    this.warehouse = warehouse;
    this.spec = spec;
  }

  /**
   * The documents with {@code removed_by}, the filter that removes them, and {@code
   * removed_message}; both are null for those that stay.
   *
   * @param documents with position and kept_as of {@link DocumentSources#positioned}
   * @param earlier documents of the preparation that are there already and stay; empty: it is made
   *     anew
   */
  Dataset<Row> marked(Dataset<Row> documents, Optional<Dataset<Row>> earlier) {
    if (spec.quality().settings().isEmpty()) {
      return documents
          .withColumn("removed_by", lit(null).cast(DataTypes.StringType))
          .withColumn("removed_message", lit(null).cast(DataTypes.StringType));
    }
    Dataset<Row> byText = kept(byText(documents));
    Dataset<Row> marked = documents.join(byText, new String[] {"record_id"}, "left");
    if (spec.dedup()) {
      marked = marked.withColumn("kept_as", keptAs());
    }
    return spec.quality().near().isPresent() ? nearMarked(marked, byText, earlier) : marked;
  }

  private Dataset<Row> nearMarked(
      Dataset<Row> documents, Dataset<Row> byText, Optional<Dataset<Row>> earlier) {
    NearDuplicates duplicates = new NearDuplicates(warehouse, spec.quality().near().get());
    Dataset<Row> stay =
        documents.where(
            col("removed_by")
                .isNull()
                .and(col("kept_as").equalTo(col("record_id")))
                .and(col("dataset").isin(spec.trainedDatasets().toArray())));
    Dataset<Row> near = kept(duplicates.removed(stay, earlier));
    return documents
        .drop("removed_by", "removed_message")
        .join(byText.unionByName(near), new String[] {"record_id"}, "left");
  }

  private Dataset<Row> kept(Dataset<Row> removed) {
    kept.add(removed.persist(StorageLevel.MEMORY_AND_DISK()));
    return removed;
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
    Broadcast<EvaluationGrams> grams =
        JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
            .broadcast(evaluation.orElse(EvaluationGrams.NONE));
    broadcast.add(grams);
    MapPartitionsFunction<Row, Row> task = rows -> removed(rows, rules, grams);
    return documents
        .where(col("dataset").isin(spec.trainedDatasets().toArray()))
        .select("record_id", "kind", "record")
        .mapPartitions(task, Encoders.row(REMOVED));
  }

  private static Iterator<Row> removed(
      Iterator<Row> documents, TextRules rules, Broadcast<EvaluationGrams> grams) {
    return StreamSupport.stream(((Iterable<Row>) () -> documents).spliterator(), false)
        .flatMap(document -> removed(document, rules, grams.value()).stream())
        .iterator();
  }

  private static Optional<Row> removed(Row row, TextRules rules, EvaluationGrams grams) {
    Document document = DocumentJson.read(row.getString(2), row.getString(1));
    Optional<Removal> removal = rules.check(document).or(() -> contaminated(document, grams));
    return removal.map(by -> RowFactory.create(row.getString(0), by.filter().key(), by.message()));
  }

  private static Optional<Removal> contaminated(Document document, EvaluationGrams grams) {
    return DocumentText.of(document)
        .flatMap(grams::find)
        .map(
            overlap ->
                new Removal(
                    Filter.CONTAMINATED,
                    "%d words in a row, from word %d on, are those of a row of %s; decontamination keeps it out of training"
                        .formatted(overlap.words(), overlap.word() + 1, overlap.dataset())));
  }

  @Override
  public void close() {
    broadcast.forEach(Broadcast::destroy);
    kept.forEach(Dataset::unpersist);
  }
}
