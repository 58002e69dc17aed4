package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/**
 * One record that {@code hone forget} took out. It holds hashes and a place, no text, and is what
 * keeps ingest from bringing the record back when its source still has it.
 */
@Table(
    name = "forgotten",
    schema = Table.Schema.DATA,
    comment = "One record that was forgotten: hashes and its place, no text.")
public record ForgottenRow(
    @Column("As in documents") String recordId,
    @Column("Name of the dataset entry the record belonged to") Optional<String> dataset,
    @Column("File, table or query it was read from") Optional<String> source,
    @Column("As in documents") Optional<String> sourceVersion,
    @Column("Position of the record in its source, from 0") Optional<Long> ordinal,
    @Column(
            "As in documents; SHA-256 of what was read if it had been refused; null if nothing but its tokens was left")
        Optional<String> contentHash,
    @Column("Whether its source has no document left, so that ingest need not read it again")
        boolean emptied,
    @Column("When hone forget was called") Instant forgottenAt,
    @Column("When it was out of every table; null: hone forget was cut off, call it again")
        Optional<Instant> finishedAt) {}
