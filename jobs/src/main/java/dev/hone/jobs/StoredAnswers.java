package dev.hone.jobs;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The answers of a run to one set of questions, by step and question, and what becomes of them. */
final class StoredAnswers {
  private final Warehouse warehouse;
  private final SortedMap<Long, SortedMap<Long, GenerationRow>> bySteps = new TreeMap<>();
  private final Map<List<Long>, GenerationRow> changed = new HashMap<>();

  private StoredAnswers(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Reads them; of an answer that is there twice the later counts. */
  static StoredAnswers of(Warehouse warehouse, String runId, String dataset) {
    StoredAnswers answers = new StoredAnswers(warehouse);
    Rows.of(GenerationRow.class)
        .collect(
            warehouse
                .read(GenerationRow.class)
                .where(col("run_id").equalTo(runId).and(col("dataset").equalTo(dataset)))
                .orderBy("timestamp"))
        .forEach(answers::put);
    return answers;
  }

  private void put(GenerationRow row) {
    bySteps.computeIfAbsent(row.step(), step -> new TreeMap<>()).put(row.ordinal(), row);
  }

  /** Steps at which the questions were asked. */
  List<Long> steps() {
    return List.copyOf(bySteps.keySet());
  }

  /** The answers of a step, in the order of their questions. */
  List<GenerationRow> at(long step) {
    return new ArrayList<>(bySteps.get(step).values());
  }

  /** Puts an answer in the place of the one to the same question at the same step. */
  void replace(GenerationRow row) {
    put(row);
    changed.put(List.of(row.step(), row.ordinal()), row);
  }

  /** Stores what was replaced. */
  void store() {
    warehouse.upsert(
        GenerationRow.class, List.copyOf(changed.values()), "run_id", "step", "dataset", "ordinal");
    changed.clear();
  }
}
