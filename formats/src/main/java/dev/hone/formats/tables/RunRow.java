package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One training or evaluation run. */
@Table(
    name = "runs",
    schema = Table.Schema.RUNS,
    comment = "One run: its configuration, inputs and state.")
public record RunRow(
    @Column("Name of the run") String runId,
    @Column("The preparation it trained on") Optional<String> prepId,
    @Column("running, finished or failed") String state,
    @Column("Why it failed") Optional<String> message,
    @Column("The configuration as JSON, references to the environment unresolved") String config,
    @Column("SHA-256 of config") String configHash,
    @Column("Version of hone that ran") String codeVersion,
    @Column("Delta version of every table it read, as JSON") String tableVersions,
    @Column("JVM, machine, threads and libraries, as JSON") String environment,
    @Column("Seed of data order, initialisation and dropout") long seed,
    @Column("User who started it") String owner,
    @Column("Free tags, as JSON") String tags,
    @Column("Bytes of the optimizer's state") Optional<Long> optimizerStateBytes,
    @Column("When it was started") Instant startedAt,
    @Column("When it ended") Optional<Instant> finishedAt,
    @Column("Records it was trained on that hone forget took out since; null: none")
        Optional<Long> forgottenRows,
    @Column("When the last of them was forgotten") Optional<Instant> forgottenAt,
    @Column(
            "Of every rank its host, executor, JVM, instruction set, width of vectors in bits and threads, as JSON; written at the end")
        Optional<String> ranks) {}
