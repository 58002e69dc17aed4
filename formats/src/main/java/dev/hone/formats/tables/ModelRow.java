package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One version of a model that is trained again and again. */
@Table(
    name = "models",
    schema = Table.Schema.RUNS,
    comment = "One version of a model, and why it is used or not.")
public record ModelRow(
    @Column("Name of the model: nightly.model") String model,
    @Column("Number of the version, from 1") long version,
    @Column(
            "training: not decided; promoted: the one to use, at most one of a model; retired: it was, until a better one; rejected: a gate did not hold; rolled_back: taken out of use by hand; failed: it could not be trained")
        String state,
    @Column("The run that trains it") String runId,
    @Column("The version that it started from; null: base_model") Optional<Long> parentVersion,
    @Column("The preparation of its packs") String prepId,
    @Column("Version of documents that it was planned by") long documentsVersion,
    @Column("Version of packs that it is trained from") long packsVersion,
    @Column("Numbers of the packs it is trained on, such as 0-119, 131") String packs,
    @Column("Records that no version before has seen") long newRecords,
    @Column("Packs that hold one of them") long newPacks,
    @Column("Packs of what was learned before, against forgetting: nightly.replay")
        long replayedPacks,
    @Column("How often its training was begun") int attempts,
    @Column("Directory of the model") String path,
    @Column("SHA-256 of the manifest that lists its files") Optional<String> manifestSha256,
    @Column(
            "Each condition of promote_if with its numbers, as JSON: condition, candidate, current, bound, holds, and the 95 % interval of candidate - current where it is known")
        Optional<String> gates,
    @Column("Why it is in this state") Optional<String> reason,
    @Column("When it was planned") Instant startedAt,
    @Column("When its state changed last") Optional<Instant> decidedAt) {}
