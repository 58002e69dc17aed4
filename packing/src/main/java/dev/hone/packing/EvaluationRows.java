package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.packing.quality.ContaminationRule;
import dev.hone.packing.quality.DocumentText;
import dev.hone.packing.quality.EvaluationGrams;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The rows that are evaluated on, as n-grams: one pass over their text. */
final class EvaluationRows {
  /** Some 40,000 rows of 200 words: 64 MiB in every process. */
  private static final long MOST_GRAMS = 1 << 23;

  private static final StructType GRAMS =
      new StructType()
          .add("gram", DataTypes.LongType, false)
          .add("words", DataTypes.IntegerType, false)
          .add("dataset", DataTypes.IntegerType, false);

  private EvaluationRows() {}

  /**
   * The n-grams of all evaluation rows, without those that are their wording.
   *
   * @param documents of these datasets and of others; equal rows of a dataset count as one
   * @throws HoneException if they are too many to be sent to every task
   */
  static EvaluationGrams grams(Dataset<Row> documents, ContaminationRule rule) {
    List<String> datasets = rule.datasets();
    int n = rule.ngram();
    FlatMapFunction<Row, Row> task = row -> ofRow(row, datasets, n);
    Dataset<Row> grams =
        documents
            .where(col("dataset").isin(datasets.toArray()))
            .select("dataset", "kind", "record", "content_hash")
            .dropDuplicates("dataset", "content_hash")
            .flatMap(task, Encoders.row(GRAMS))
            .groupBy("gram", "words", "dataset")
            .agg(count(lit(1)).as("rows"))
            .where(col("rows").lt(ContaminationRule.ROWS_WITH_WORDING))
            .select("gram", "words", "dataset")
            .persist();
    try {
      long count = grams.count();
      if (count > MOST_GRAMS) {
        throw new HoneException(
            "decontamination: the evaluation sets have %d different runs of %d words, more than the %d that are sent to every task; evaluate on fewer rows, or remove decontamination"
                .formatted(count, n, MOST_GRAMS));
      }
      EvaluationGrams.Builder built = new EvaluationGrams.Builder(rule);
      grams
          .toLocalIterator()
          .forEachRemaining(row -> built.add(row.getLong(0), row.getInt(1), row.getInt(2)));
      return built.build();
    } finally {
      grams.unpersist();
    }
  }

  /** Each gram of a row once. */
  private static Iterator<Row> ofRow(Row row, List<String> datasets, int n) {
    Map<Long, Integer> grams = new LinkedHashMap<>();
    DocumentText.of(DocumentJson.read(row.getString(2), row.getString(1)))
        .ifPresent(text -> EvaluationGrams.ofRow(text, n, grams::put));
    int dataset = datasets.indexOf(row.getString(0));
    return grams.entrySet().stream()
        .map(gram -> RowFactory.create(gram.getKey(), gram.getValue(), dataset))
        .iterator();
  }
}
