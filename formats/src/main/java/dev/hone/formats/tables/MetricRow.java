package dev.hone.formats.tables;

import java.time.Instant;

/** One metric of one optimizer step. Committed about every 15 seconds while the run goes on. */
@Table(
    name = "metrics",
    schema = Table.Schema.RUNS,
    comment = "One number of a running training, by TRL's names.",
    autoCompact = true,
    logRetentionDays = 7)
public record MetricRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done") long step,
    @Column("Epochs done") double epoch,
    @Column("When it was measured") Instant timestamp,
    @Column(
            "loss, grad_norm, learning_rate, num_tokens, mean_token_accuracy, tokens_per_second, ...")
        String name,
    @Column("The number") double value) {}
