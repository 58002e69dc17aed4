package dev.hone.formats.tables;

import java.time.Instant;

/** One evaluation of a model. */
@Table(name = "evals", schema = Table.Schema.RUNS, comment = "One evaluation result.")
public record EvalRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done when it was measured; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column("eval_loss, perplexity, mean_token_accuracy, exact_match") String name,
    @Column("The number") double value,
    @Column("How many tokens or rows it is the mean of") long n,
    @Column("When it was measured") Instant timestamp) {}
