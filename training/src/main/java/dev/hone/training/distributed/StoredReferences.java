package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.Preferences;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a reference model says of the pairs of a preparation, kept in {@code reference_logps}: asked
 * once by a Spark job over the executors, and read by every later run that compares with the same
 * model. Pairs that came to the preparation since are asked for then.
 *
 * @param objective which tokens of an answer count, and what
 */
record StoredReferences(
    Warehouse warehouse, String prepId, ModelSource model, Preferences objective) {
  private static final String[] ANSWER = {"record_id", "piece", "answer"};
  private static final String[] PACK = {"split", "pack_id"};

  /** The column of a pack: {@code [S]}, log-probability of each of its answers. */
  static final String COLUMN = "reference";

  /**
   * Asks for what is not known yet.
   *
   * @param packs rows of the packs table, of this preparation
   * @return the packs with {@link #COLUMN}
   * @throws dev.hone.formats.HoneException if the model cannot be read
   */
  Dataset<Row> complete(Dataset<Row> packs, RunObserver observer) {
    String id =
        ModelFingerprint.of(
            model,
            "ld_alpha " + objective.ldAlpha(),
            warehouse.spark().sessionState().newHadoopConf());
    Dataset<Row> unknown =
        packs.join(
            answers(packs).join(known(id), ANSWER, "left_anti").select("split", "pack_id"),
            PACK,
            "left_semi");
    long missing = unknown.count();
    observer.onAsked(model.baseModel(), missing);
    if (missing > 0) {
      AskStage.run(
          warehouse,
          "hone reference " + id.substring(0, 12),
          unknown,
          model,
          ReferenceRow.class,
          new Logps(prepId, id, model.baseModel(), objective));
    }
    Dataset<Row> references =
        answers(packs)
            .join(known(id), ANSWER)
            .groupBy("split", "pack_id")
            .agg(sort_array(collect_list(struct("pos", "logp"))).as("found"))
            .select(col("split"), col("pack_id"), col("found.logp").as(COLUMN));
    return packs.join(references, PACK, "left");
  }

  private static Dataset<Row> answers(Dataset<Row> packs) {
    return packs
        .select(
            col("split"),
            col("pack_id"),
            posexplode(arrays_zip(col("record_ids"), col("pieces"), col("answers"))))
        .select(
            col("split"),
            col("pack_id"),
            col("pos"),
            col("col.record_ids").as("record_id"),
            col("col.pieces").as("piece"),
            col("col.answers").as("answer"));
  }

  /** Two runs that asked at the same time may both have written. */
  private Dataset<Row> known(String id) {
    return warehouse
        .read(ReferenceRow.class)
        .where(col("prep_id").equalTo(prepId).and(col("reference_id").equalTo(id)))
        .select("record_id", "piece", "answer", "logp")
        .dropDuplicates(ANSWER);
  }

  private record Logps(String prepId, String id, String model, Preferences objective)
      implements AskStage.Question<ReferenceRow> {

    @Override
    public List<ReferenceRow> ask(CausalLm reference, AskStage.Asked asked) {
      PackRow pack = asked.pack();
      PackedRow row = asked.row();
      double[] logps = objective.logps(reference, row);
      List<ReferenceRow> rows = new ArrayList<>();
      for (int i = 0; i < logps.length; i++) {
        rows.add(
            new ReferenceRow(
                prepId,
                id,
                model,
                pack.recordIds().get(i),
                pack.pieces()[i],
                pack.answers().orElseThrow().get(i),
                row.targets(i),
                logps[i]));
      }
      return rows;
    }
  }
}
