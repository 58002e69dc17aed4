package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import dev.hone.formats.tables.TeachingRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.data.Teaching;
import dev.hone.training.model.CausalLm;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a teacher says of the packs of a preparation, kept in {@code teacher_logprobs}: asked once
 * by a Spark job over the executors, and read by every later run that has the same teacher. Packs
 * that have come or changed since are asked about then; they are known by what is in them.
 */
record StoredTeachings(Warehouse warehouse, String prepId, TeacherSource teacher) {
  /** Columns of a pack: tokens of each target, their ids, their log-probabilities. */
  static final List<String> COLUMNS = List.of("k", "token_ids", "logprobs");

  private static final String CONTENT = "content";

  /**
   * Asks for what is not known yet.
   *
   * @param packs rows of the packs table, of this preparation
   * @return the packs with {@link #COLUMNS}
   * @throws dev.hone.formats.HoneException if the teacher cannot be read
   */
  Dataset<Row> complete(Dataset<Row> packs, RunObserver observer) {
    SparkSession spark = warehouse.spark();
    ModelSource model = teacher.model();
    String id =
        ModelFingerprint.of(model, "top " + teacher.topK(), spark.sessionState().newHadoopConf());
    Dataset<Row> named =
        packs.withColumn(
            CONTENT, xxhash64(col("input_ids"), col("loss_weights"), col("document_starts")));
    String[] key = {CONTENT};
    Dataset<Row> unknown = named.join(known(id), key, "left_anti");
    long missing = unknown.count();
    observer.onAsked(model.baseModel(), missing);
    if (missing > 0) {
      AskStage.run(
          warehouse,
          "hone teacher " + id.substring(0, 12),
          unknown,
          model,
          TeachingRow.class,
          new LikeliestTokens(prepId, id, model.baseModel(), teacher.topK()));
    }
    return named.join(known(id), key, "left").drop(CONTENT);
  }

  /** Two runs that asked at the same time may both have written. */
  private Dataset<Row> known(String id) {
    return warehouse
        .read(TeachingRow.class)
        .where(col("prep_id").equalTo(prepId).and(col("teacher_id").equalTo(id)))
        .select("content", "k", "token_ids", "logprobs")
        .dropDuplicates(CONTENT);
  }

  private record LikeliestTokens(String prepId, String id, String model, int topK)
      implements AskStage.Question<TeachingRow> {

    @Override
    public List<TeachingRow> ask(CausalLm teacher, AskStage.Asked asked) {
      Teaching said = teacher.teach(asked.row(), topK);
      return List.of(
          new TeachingRow(
              prepId,
              id,
              model,
              asked.columns().getAs(CONTENT),
              asked.pack().recordIds(),
              said.k(),
              said.ids(),
              said.logps()));
    }
  }
}
