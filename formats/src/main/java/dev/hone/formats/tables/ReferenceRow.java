package dev.hone.formats.tables;

/**
 * What a reference model says of one answer. Answers of one preparation are what they are, so
 * prep_id, record_id, piece and answer name one, and with reference_id a row.
 */
@Table(
    name = "reference_logps",
    schema = Table.Schema.DATA,
    comment = "Log-probability of an answer to compare under a reference model.",
    partitionedBy = "prep_id")
public record ReferenceRow(
    @Column("The preparation that the answer belongs to") String prepId,
    @Column(
            "Hash of the reference model's files, of how it is computed, and of what the tokens of an answer weigh")
        String referenceId,
    @Column("Where the reference model was read from") String model,
    @Column("The document of the answer") String recordId,
    @Column("The piece of that document, as in samples") int piece,
    @Column("Which answer it is: chosen or rejected") String answer,
    @Column("Number of its tokens with a loss weight above 0") int tokens,
    @Column("Its log-probability, in nats: the sum over these tokens, each by its weight")
        double logp) {}
