package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/**
 * One accepted record of a corpus. Records in = documents + the quarantine rows of stage {@code
 * ingest}.
 */
@Table(
    name = "documents",
    schema = Table.Schema.DATA,
    comment = "One accepted record of a source.",
    changeDataFeed = true)
public record DocumentRow(
    @Column(
            "Hash of dataset, source name, version and ordinal: the same record read again has the same id")
        String recordId,
    @Column("Name of the dataset entry the record belongs to") String dataset,
    @Column("File, table or query the record was read from") String source,
    @Column(
            "Modification time and size of the file, Delta version (of a followed table: of the row, then a hash of the table's id), or fingerprint of the rows; then a hash of type and fields")
        String sourceVersion,
    @Column("Position of the record in its source, from 0") long ordinal,
    @Column("SHA-256 of the normalised record; the split depends on it alone") String contentHash,
    @Column("conversation, completion, pretokenized, preference or unpaired") String kind,
    @Column(value = "The normalised record as JSON", text = true) String record,
    @Column("record_id of the earlier record that this one repeats") Optional<String> duplicateOf,
    @Column("When the record was accepted") Instant ingestedAt,
    @Column(
            "Line of the file on which the record begins, from 1; null where a source has no lines, as Parquet and tables")
        Optional<Long> line,
    @Column(
            value =
                "Values of the columns that row_key names, as JSON: the row of the table it was read from; null where the entry names none",
            text = true)
        Optional<String> rowKey) {}
