package dev.hone.formats.tables;

/** What an evaluation found in one held-out pack, to compare two models pack by pack. */
@Table(
    name = "eval_packs",
    schema = Table.Schema.RUNS,
    comment = "The loss of one held-out pack, of runs that are compared pack by pack.")
public record EvalPackRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done when it was measured; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column("Number of the pack among the held-out packs, from 0") long pack,
    @Column("Sum of the loss over its targets, in nats") double loss,
    @Column("Sum of the weights of its targets") double weight) {}
