package dev.hone.formats.tables;

import java.time.Instant;

/** What a rank did in the steps up to one line of metrics. */
@Table(
    name = "ranks",
    schema = Table.Schema.RUNS,
    comment = "What each rank of a running training did in the steps since the last line.",
    autoCompact = true,
    logRetentionDays = 7)
public record RankRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done") long step,
    @Column("Number of the rank, from 0") int rank,
    @Column("Host that it runs on") String host,
    @Column("Spark's name of the executor that it runs in") String executorId,
    @Column("Mean time of a step in which it computed, in seconds") double stepSeconds,
    @Column("Mean time of a step in which it waited for other ranks or for numbers to travel")
        double waitingSeconds,
    @Column(
            "Resident memory of its process, which ranks in one executor share; 0 where the system does not say")
        long rssBytes,
    @Column("When it was measured") Instant timestamp) {}
