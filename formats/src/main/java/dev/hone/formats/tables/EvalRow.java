package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One evaluation of a model. */
@Table(name = "evals", schema = Table.Schema.RUNS, comment = "One evaluation result.")
public record EvalRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done when it was measured; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column(
            "eval_loss, perplexity, exact_match, sql_execution_accuracy, win_rate and others: docs/evaluation.md has them all")
        String name,
    @Column("The number") double value,
    @Column("How many tokens or rows it is the mean of") long n,
    @Column("When it was measured") Instant timestamp,
    @Column("Where the 95 % interval of the number begins, for measures that have one")
        Optional<Double> low,
    @Column("Where it ends") Optional<Double> high) {

  /** A number without an interval. */
  public EvalRow(
      String runId,
      long step,
      String dataset,
      String name,
      double value,
      long n,
      Instant timestamp) {
    this(runId, step, dataset, name, value, n, timestamp, Optional.empty(), Optional.empty());
  }
}
