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
    @Column("Documents that became samples") long samples,
    @Column("Records refused, in both stages") long quarantined,
    @Column("Samples that excess_length_strategy cut to sequence_len") long truncated,
    @Column("Packs to train on") long trainPacks,
    @Column("Packs held out") long evalPacks,
    @Column("Tokens in all packs") long tokens,
    @Column("Tokens with loss in all packs") long trainedTokens,
    @Column("Tokens of refused samples, and those that truncation cut off") long droppedTokens,
    @Column("tokens / (packs x sequence_len)") double fill,
    @Column("When the preparation was finished") Instant createdAt) {}
