package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One greedy completion, or a choice of several, next to the answer that was expected. */
@Table(
    name = "generations",
    schema = Table.Schema.DATA,
    comment =
        "One greedy completion of an evaluation prompt, or the choice that a model finds likeliest.")
public record GenerationRow(
    @Column("The run that generated it") String runId,
    @Column("Optimizer steps done when it was generated; 0 = before training") long step,
    @Column("Name of the evaluation set") String dataset,
    @Column("Position of the prompt in its set, from 0") long ordinal,
    @Column(value = "The prompt as the model read it", text = true) String prompt,
    @Column(value = "What the model wrote", text = true) String completion,
    @Column(value = "The expected answer", text = true) String reference,
    @Column("Whether completion and reference agree after trimming white space") boolean exactMatch,
    @Column("When it was generated") Instant timestamp,
    @Column(
            value =
                "right if the completion is a query that returns what the expected one does; else wrong, and why",
            text = true)
        Optional<String> sqlExecution,
    @Column(
            value = "win, tie or loss against the completion of the base model, and who says so",
            text = true)
        Optional<String> judged) {

  /** A completion that nothing but the model has seen yet. */
  public GenerationRow(
      String runId,
      long step,
      String dataset,
      long ordinal,
      String prompt,
      String completion,
      String reference,
      boolean exactMatch,
      Instant timestamp) {
    this(
        runId,
        step,
        dataset,
        ordinal,
        prompt,
        completion,
        reference,
        exactMatch,
        timestamp,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with what its execution came to. */
  public GenerationRow executed(String verdict) {
    return new GenerationRow(
        runId,
        step,
        dataset,
        ordinal,
        prompt,
        completion,
        reference,
        exactMatch,
        timestamp,
        Optional.of(verdict),
        judged);
  }

  /** The same with what a judge said. */
  public GenerationRow judged(String verdict) {
    return new GenerationRow(
        runId,
        step,
        dataset,
        ordinal,
        prompt,
        completion,
        reference,
        exactMatch,
        timestamp,
        sqlExecution,
        Optional.of(verdict));
  }
}
