package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.posexplode;

import dev.hone.formats.corpus.DocumentJson;
import dev.hone.ingest.tables.RowEncoders;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.DocumentText;
import dev.hone.packing.quality.Filter;
import dev.hone.packing.quality.NearIndex;
import dev.hone.packing.quality.NearRule;
import dev.hone.packing.quality.Sketch;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the documents that are near-duplicates of earlier ones that stay; see {@link NearIndex} for
 * the rule. Most documents share a band with none and are done with; the texts of the others are
 * read once more, and compared by one task, which sees them in their order.
 */
record NearDuplicates(Warehouse warehouse, NearRule rule) {
  private static final StructType SKETCHED =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("earlier", DataTypes.BooleanType, false)
          .add("position", DataTypes.LongType, false)
          .add("bands", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("sketch", DataTypes.createArrayType(DataTypes.IntegerType, false), false);

  /**
   * The documents to be removed.
   *
   * @param documents columns record_id, dataset, kind, record, position
   * @param earlier documents that stay and come before them, with the same columns but position
   * @return columns {@link QualityStage#REMOVED}
   */
  Dataset<Row> removed(Dataset<Row> documents, Optional<Dataset<Row>> earlier) {
    Dataset<Row> all = ordered(documents, false, col("position"));
    if (earlier.isPresent()) {
      all = all.union(ordered(earlier.get(), true, lit(-1L)));
    }
    Signatures signatures = new Signatures(warehouse, rule);
    signatures.forgetGone();
    Dataset<Row> bands = signatures.of(all);
    Dataset<Row> met = meeting(all.select("record_id", "earlier").join(bands, "record_id"));
    NearRule compared = rule;
    MapFunction<Row, Row> sketch = row -> sketched(row, compared);
    MapPartitionsFunction<Row, Row> resolve = rows -> removed(rows, compared);
    return all.join(met, "record_id")
        .join(bands, "record_id")
        .select("record_id", "earlier", "position", "bands", "kind", "record")
        .map(sketch, RowEncoders.of(SKETCHED))
        .repartition(1)
        .sortWithinPartitions(col("earlier").desc(), col("position"), col("record_id"))
        .mapPartitions(resolve, Encoders.row(QualityStage.REMOVED));
  }

  private static Dataset<Row> ordered(Dataset<Row> documents, boolean earlier, Column position) {
    return documents.select(
        col("record_id"),
        col("dataset"),
        col("kind"),
        col("record"),
        lit(earlier).as("earlier"),
        position.as("position"));
  }

  /** Those that have a band in common with another, of which one is new. */
  private static Dataset<Row> meeting(Dataset<Row> documents) {
    Dataset<Row> entries =
        documents.select(col("record_id"), col("earlier"), posexplode(col("bands")));
    Dataset<Row> shared =
        entries
            .groupBy("pos", "col")
            .agg(count(lit(1)).as("documents"), min("earlier").as("all_earlier"))
            .where(col("documents").gt(1).and(col("all_earlier").equalTo(false)))
            .select("pos", "col");
    return entries.join(shared, new String[] {"pos", "col"}).select("record_id").distinct();
  }

  private static Row sketched(Row row, NearRule rule) {
    String text = DocumentText.of(DocumentJson.read(row.getString(5), row.getString(4))).orElse("");
    return RowFactory.create(
        row.getString(0),
        row.getBoolean(1),
        row.getLong(2),
        row.getList(3).stream().mapToInt(band -> (Integer) band).toArray(),
        Sketch.of(text, rule.shingle()).values());
  }

  private static Iterator<Row> removed(Iterator<Row> rows, NearRule rule) {
    NearIndex index = new NearIndex(rule.threshold());
    return StreamSupport.stream(((Iterable<Row>) () -> rows).spliterator(), false)
        .flatMap(row -> removed(row, index).stream())
        .iterator();
  }

  private static Optional<Row> removed(Row row, NearIndex index) {
    int[] bands = (int[]) row.get(3);
    Sketch sketch = new Sketch((int[]) row.get(4));
    Optional<NearIndex.Twin> twin =
        row.getBoolean(1) ? Optional.empty() : index.find(bands, sketch);
    if (twin.isEmpty()) {
      index.add(row.getString(0), bands, sketch);
    }
    return twin.map(
        kept ->
            RowFactory.create(
                row.getString(0),
                Filter.NEAR_DUPLICATE.key(),
                String.format(
                    Locale.ROOT,
                    "the text is %.2f alike that of %s, which comes first; near_deduplication keeps one of them",
                    kept.similarity(),
                    kept.name())));
  }
}
