package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import dev.hone.eval.SampledAnswers;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Warehouse;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of {@code generations} that may hold a forgotten held-out document as prompt and
 * expected answer. They do not name it, and a document may be in them cut, so they are all samples
 * of the runs whose held-out packs have it.
 *
 * @param ids column record_id
 */
record SampledRecords(Warehouse warehouse, Dataset<Row> ids) {

  Dataset<Row> rows() {
    Dataset<Row> preps =
        warehouse
            .read(PackRow.class)
            .where("split = 'eval'")
            .select(col("prep_id"), explode(col("record_ids")).as("record_id"))
            .join(ids, new String[] {"record_id"}, "left_semi")
            .select("prep_id");
    Dataset<Row> runs =
        warehouse
            .read(RunRow.class)
            .join(preps, new String[] {"prep_id"}, "left_semi")
            .select("run_id");
    Dataset<Row> generations = warehouse.read(GenerationRow.class);
    return generations
        .where(col("dataset").equalTo(SampledAnswers.DATASET))
        .join(runs, new String[] {"run_id"}, "left_semi");
  }
}
