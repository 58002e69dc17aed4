package dev.hone.formats.tables;

import java.util.Optional;

/**
 * A document, tokenized and masked, or a piece of one that was too long. {@code lossWeights[t]}
 * belongs to {@code inputIds[t]} as the target predicted from t-1. A row is named by prep_id,
 * record_id and piece.
 */
@Table(
    name = "samples",
    schema = Table.Schema.DATA,
    comment = "One document, or one piece of it, as tokens and loss weights.",
    partitionedBy = {"prep_id"})
public record SampleRow(
    @Column("The preparation: hash of datasets, template, tokenizer, mask rules and length")
        String prepId,
    @Column("The document it was made from") String recordId,
    @Column(
            "Number of the sample among those of its document, from 0; 0 if it gives only one. A mix that repeats the document numbers the samples of its copies on")
        int piece,
    @Column("Name of the dataset entry the record belongs to") String dataset,
    @Column("train or eval, by content_hash") String split,
    @Column(
            "Place of the document in the order of the configuration: dataset by dataset, source order inside; in a mix, place in the mix, of each copy its own")
        long position,
    @Column("Token ids") int[] inputIds,
    @Column(
            "Weight of each token as a target; 0 = no loss; the first token of a sample is always 0")
        float[] lossWeights,
    @Column("Number of tokens") int length,
    @Column("Number of tokens with a loss weight above 0") int trainedTokens,
    @Column("Trained turns in it after which the template writes no end-of-turn token")
        int untrainedEnds,
    @Column(
            "Which answer it is: chosen or rejected of a pair, desirable or undesirable with a label; null of other documents")
        Optional<String> answer,
    @Column(
            "How much better the chosen answer of its pair is, by the corpus; null where it does not say")
        Optional<Double> margin) {}
