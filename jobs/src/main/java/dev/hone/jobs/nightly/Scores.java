package dev.hone.jobs.nightly;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.nightly.gate.Gate;
import dev.hone.jobs.nightly.gate.Interval;
import dev.hone.jobs.nightly.gate.PairedBootstrap;
import dev.hone.jobs.nightly.gate.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a run measured before its first step and after its last: the same night, on the same data.
 * It begins with the version in use, so the first is that version's score and the last the new
 * one's.
 *
 * @param last the step of the finished model
 */
record Scores(Warehouse warehouse, String runId, long last) {
  private static final String LOSS = "eval_loss";
  private static final String EXACT = "exact_match";
  private static final String QUERIES = "sql_execution_accuracy";

  /** Holds conditions against them. */
  List<Verdict> judge(List<Gate> gates) {
    Map<Long, List<Row>> evals = new HashMap<>();
    mine(EvalRow.class, "dataset", "name", "value")
        .forEach(row -> evals.computeIfAbsent(row.getLong(0), step -> new ArrayList<>()).add(row));
    return gates.stream()
        .map(
            gate ->
                new Verdict(
                    gate,
                    value(gate.metric(), evals.getOrDefault(last, List.of())),
                    value(gate.metric(), evals.getOrDefault(0L, List.of())),
                    interval(gate.metric(), evals.getOrDefault(last, List.of()))))
        .toList();
  }

  /** Mean over the data sets, or that of one. */
  private static double value(String metric, List<Row> rows) {
    return rows.stream()
        .filter(
            row ->
                metric.equals(row.getString(2))
                    || metric.equals(row.getString(1) + "/" + row.getString(2)))
        .mapToDouble(row -> row.getDouble(3))
        .average()
        .orElse(Double.NaN);
  }

  /** Known of losses and of answers, which have items of which both models did the same. */
  private Optional<Interval> interval(String metric, List<Row> evals) {
    if (metric.endsWith(LOSS)) {
      return paired(metric, LOSS, mine(EvalPackRow.class, "dataset", "pack", "loss", "weight"));
    }
    return metric.endsWith(EXACT)
        ? answers(metric, EXACT, "exact_match", evals)
        : metric.endsWith(QUERIES)
            ? answers(metric, QUERIES, "sql_execution LIKE 'right%'", evals)
            : Optional.empty();
  }

  /** Of the sets that were measured so: choices and samples have rows in the same table. */
  private Optional<Interval> answers(String metric, String name, String right, List<Row> evals) {
    Set<String> sets =
        evals.stream()
            .filter(row -> row.getString(2).equals(name))
            .map(row -> row.getString(1))
            .collect(Collectors.toSet());
    return paired(
        metric,
        name,
        mine(GenerationRow.class, "dataset", "ordinal", "cast(" + right + " AS double)", "1D")
            .stream()
            .filter(row -> sets.contains(row.getString(1)))
            .toList());
  }

  private Optional<Interval> paired(String metric, String name, List<Row> all) {
    List<Row> rows = all.stream().filter(row -> !row.isNullAt(3)).toList();
    Map<List<Object>, Row> current = new HashMap<>();
    rows.stream().filter(row -> row.getLong(0) == 0).forEach(row -> current.put(key(row), row));
    List<PairedBootstrap.Pair> pairs = new ArrayList<>();
    for (Row row : rows) {
      boolean asked = metric.equals(name) || metric.equals(row.getString(1) + "/" + name);
      Row other = current.get(key(row));
      if (row.getLong(0) == last && asked && other != null) {
        pairs.add(new PairedBootstrap.Pair(row.getDouble(3), other.getDouble(3), row.getDouble(4)));
      }
    }
    return PairedBootstrap.interval(pairs);
  }

  private static List<Object> key(Row row) {
    return List.of(row.getString(1), row.getLong(2));
  }

  private List<Row> mine(Class<? extends Record> type, String... columns) {
    Dataset<Row> rows =
        warehouse.read(type).where(col("run_id").equalTo(runId).and(col("step").isin(0L, last)));
    String[] all = new String[columns.length + 1];
    all[0] = "step";
    System.arraycopy(columns, 0, all, 1, columns.length);
    return rows.selectExpr(all).collectAsList();
  }
}
