package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/** One refused record. Nothing is lost: bad input comes here with a reason. */
@Table(
    name = "quarantine",
    schema = Table.Schema.DATA,
    comment = "One refused record, with the reason.")
public record QuarantineRow(
    @Column("As in documents") String recordId,
    @Column("Name of the dataset entry the record belongs to") String dataset,
    @Column("File, table or query the record was read from") String source,
    @Column("As in documents") String sourceVersion,
    @Column("Position of the record in its source, from 0") long ordinal,
    @Column("ingest: it could not be understood; prep: it could not be trained on") String stage,
    @Column("The preparation that refused it, where stage is prep") Optional<String> prepId,
    @Column(
            "Reason code, such as corrupt_json, missing_field, wrong_type, empty_turn, too_long, no_trained_token")
        String reason,
    @Column(value = "What is wrong and what to do, for a person", text = true) String message,
    @Column(value = "The record as it was read", text = true) String raw,
    @Column("When the record was refused") Instant quarantinedAt,
    @Column("As in documents") Optional<Long> line,
    @Column(value = "As in documents; null where stage is prep", text = true)
        Optional<String> rowKey) {}
