package dev.hone.formats.tables;

import java.time.Instant;

/** One greedy completion, next to the answer that was expected. */
@Table(
    name = "generations",
    schema = Table.Schema.DATA,
    comment = "One greedy completion of an evaluation prompt.")
public record GenerationRow(
    @Column("The run that generated it") String runId,
    @Column("Optimizer steps done when it was generated; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column("Position of the prompt in its set, from 0") long ordinal,
    @Column(value = "The prompt as the model read it", text = true) String prompt,
    @Column(value = "What the model wrote", text = true) String completion,
    @Column(value = "The expected answer", text = true) String reference,
    @Column("Whether completion and reference agree after trimming white space") boolean exactMatch,
    @Column("When it was generated") Instant timestamp) {}
