package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of {@code generations} whose question was made from a forgotten document. They do not
 * name it, so they are known by their text: the dataset, the answer that was expected, and a prompt
 * that holds every turn before it. Those of {@link SampledRecords} come to them, and rows that a
 * condition on the table itself selects.
 *
 * @param ids column record_id
 */
record AskedRecords(Warehouse warehouse, Dataset<Row> ids, ForgetRequest request) {
  private static final StructType KEY =
      StructType.fromDDL(
          "dataset STRING NOT NULL, prompt STRING NOT NULL, reference STRING NOT NULL");
  private static final String[] COLUMNS = KEY.fieldNames();

  /** A question and the answer to it, as the document has them. */
  private record Asked(List<String> turns, String answer) {}

  /** The rows of {@code generations} that are to go. */
  Dataset<Row> rows() {
    Dataset<Row> generations = warehouse.read(GenerationRow.class);
    String[] columns = generations.columns();
    Dataset<Row> rows =
        generations
            .join(warehouse.spark().createDataFrame(questions(), KEY), COLUMNS, "left_semi")
            .select(columns[0], Arrays.copyOfRange(columns, 1, columns.length))
            .unionByName(new SampledRecords(warehouse, ids).rows());
    if (request.tables().contains(GenerationRow.class)) {
      for (String where : request.where()) {
        Optional<Dataset<Row>> selected =
            new Condition(where)
                .in(warehouse, request.tables())
                .get(request.tables().indexOf(GenerationRow.class));
        rows = selected.isPresent() ? rows.union(selected.get()) : rows;
      }
    }
    return rows.distinct();
  }

  /** Deletes them; no text gets into the log. */
  void delete() {
    if (rows().isEmpty()) {
      return;
    }
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(GenerationRow.class)
                .as("old")
                .merge(
                    rows().select("run_id", "step", "dataset", "ordinal").distinct().as("gone"),
                    "old.run_id = gone.run_id AND old.step = gone.step AND old.dataset = gone.dataset AND old.ordinal = gone.ordinal")
                .whenMatched()
                .delete()
                .execute());
  }

  /** The questions of forgotten documents that were asked. */
  private List<Row> questions() {
    Map<String, List<Asked>> asked = asked();
    List<Row> questions = new ArrayList<>();
    if (!asked.isEmpty()) {
      for (Row row :
          warehouse
              .read(GenerationRow.class)
              .where(col("dataset").isin(asked.keySet().toArray()))
              .select("dataset", "prompt", "reference")
              .distinct()
              .collectAsList()) {
        if (asked.get(row.getString(0)).stream().anyMatch(one -> isOf(row, one))) {
          questions.add(RowFactory.create(row.get(0), row.get(1), row.get(2)));
        }
      }
    }
    return questions;
  }

  private static boolean isOf(Row generation, Asked asked) {
    return generation.getString(2).strip().equals(asked.answer().strip())
        && asked.turns().stream().allMatch(turn -> generation.getString(1).contains(turn.strip()));
  }

  private Map<String, List<Asked>> asked() {
    Dataset<Row> datasets = warehouse.read(GenerationRow.class).select("dataset").distinct();
    Map<String, List<Asked>> asked = new HashMap<>();
    for (Row row :
        warehouse
            .read(DocumentRow.class)
            .join(ids, new String[] {"record_id"}, "left_semi")
            .join(datasets, new String[] {"dataset"}, "left_semi")
            .select("dataset", "kind", "record")
            .collectAsList()) {
      Document document = DocumentJson.read(row.getString(2), row.getString(1));
      if (document instanceof Conversation chat) {
        List<String> turns = chat.messages().stream().map(Message::content).toList();
        asked
            .computeIfAbsent(row.getString(0), dataset -> new ArrayList<>())
            .add(new Asked(turns.subList(0, turns.size() - 1), turns.get(turns.size() - 1)));
      }
    }
    return asked;
  }
}
