package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One committed checkpoint: a Hugging Face or PEFT directory with a manifest. */
@Table(name = "checkpoints", schema = Table.Schema.RUNS, comment = "One committed checkpoint.")
public record CheckpointRow(
    @Column("The run") String runId,
    @Column("Optimizer steps done") long step,
    @Column("Directory of the checkpoint") String path,
    @Column("hf: a whole model; peft: an adapter") String format,
    @Column("Size of all its files") long bytes,
    @Column("SHA-256 of the manifest that lists its files") String manifestSha256,
    @Column("Whether it is the best of its run so far; at most one of a run is") boolean best,
    @Column("When it was committed") Instant createdAt,
    @Column("As in runs") Optional<Long> forgottenRows,
    @Column("As in runs") Optional<Instant> forgottenAt) {

  /** The same, when another one is better. */
  public CheckpointRow notBest() {
    return new CheckpointRow(
        runId,
        step,
        path,
        format,
        bytes,
        manifestSha256,
        false,
        createdAt,
        forgottenRows,
        forgottenAt);
  }
}
