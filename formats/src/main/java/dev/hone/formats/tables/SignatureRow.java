package dev.hone.formats.tables;

/** The band hashes of a document, by which its near-duplicates are found. */
@Table(
    name = "signatures",
    schema = Table.Schema.DATA,
    comment = "MinHash bands of a document's text, kept so that each is hashed once.",
    partitionedBy = "settings")
public record SignatureRow(
    @Column("What was hashed and how; only signatures of one setting can be compared")
        String settings,
    @Column("The document") String recordId,
    @Column("Name of the dataset entry the record belongs to") String dataset,
    @Column("A hash for each band; none if the text has no word") int[] bands) {}
