package dev.hone.formats.tables;

import java.time.Instant;

/** A finished preparation. A row here means that the packs of prep_id are complete. */
@Table(
    name = "preps",
    schema = Table.Schema.RUNS,
    comment = "One preparation: which data became which packs.")
public record PrepRow(
    @Column("Hash of datasets, template, tokenizer, mask rules and length") String prepId,
    @Column("What the hash is made of, as JSON") String config,
    @Column("Documents read") long documents,
    @Column("Samples made of them; several of a document that was split") long samples,
    @Column("Records refused, in both stages") long quarantined,
    @Column("Documents that excess_length_strategy: truncate cut to sequence_len") long truncated,
    @Column("Packs to train on") long trainPacks,
    @Column("Packs held out") long evalPacks,
    @Column("Tokens in all packs") long tokens,
    @Column("Tokens with loss in all packs") long trainedTokens,
    @Column(
            "Tokens of refused documents, and those that excess_length_strategy left out; prep_counts has more")
        long droppedTokens,
    @Column("tokens / (packs x sequence_len)") double fill,
    @Column("When the preparation was finished") Instant createdAt) {}
