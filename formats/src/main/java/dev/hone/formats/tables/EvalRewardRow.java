package dev.hone.formats.tables;

/** How a reward model rated the two answers of one held-out pair. */
@Table(
    name = "eval_rewards",
    schema = Table.Schema.RUNS,
    comment =
        "The rewards of the two answers of one held-out pair, at each evaluation of a reward model.")
public record EvalRewardRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done when it was measured; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column("Number of the pair in the order of the held-out packs, from 0") long pair,
    @Column("Reward of the answer that is preferred") float chosenReward,
    @Column("Reward of the other answer") float rejectedReward) {}
