package dev.hone.jobs.scoring;

import dev.hone.eval.Judgement;
import dev.hone.eval.Metric;
import dev.hone.eval.RougeL;
import dev.hone.formats.tables.GenerationRow;
import java.util.List;

/**
 * The answer of which a metric says more is the better one: of {@code sql_execution}, else of
 * {@code exact_match}, else of {@code rouge_l}, whichever its questions have. BLEU is of all
 * answers together and says nothing of one.
 */
public record MetricJudge(List<Metric> metrics) implements PairJudge {
  private static final List<Metric> STRICTEST_FIRST =
      List.of(Metric.SQL_EXECUTION, Metric.EXACT_MATCH, Metric.ROUGE_L);

  @Override
  public List<Judgement> judge(List<Pair> pairs) {
    return pairs.stream().map(this::judge).toList();
  }

  private Judgement judge(Pair pair) {
    return STRICTEST_FIRST.stream()
        .filter(metrics::contains)
        .findFirst()
        .map(
            metric ->
                Judgement.of(value(metric, pair.mine()), value(metric, pair.other()), metric.key()))
        .orElseGet(
            () ->
                new Judgement(
                    Judgement.Outcome.NONE, "no metric of these questions rates one answer"));
  }

  private static double value(Metric metric, GenerationRow row) {
    return switch (metric) {
      case SQL_EXECUTION -> row.sqlExecution().orElse("").equals(SqlScorer.RIGHT) ? 1 : 0;
      case EXACT_MATCH -> row.exactMatch() ? 1 : 0;
      case ROUGE_L, BLEU -> RougeL.f(row.completion(), row.reference());
    };
  }
}
