package dev.hone.formats.tables;

import java.time.Instant;
import java.util.Optional;

/**
 * A finished preparation. A row here means that the packs of prep_id are complete: they hold the
 * documents that {@code content} is the hash of. When more documents come, they are added to the
 * same preparation and its row is brought up to date.
 */
@Table(
    name = "preps",
    schema = Table.Schema.RUNS,
    comment = "One preparation: which data became which packs.")
public record PrepRow(
    @Column("Hash of datasets, template, tokenizer, mask rules and length") String prepId,
    @Column("What the hash is made of, as JSON") String config,
    @Column("Hash of the documents that its packs hold; changes with every record of its datasets")
        Optional<String> content,
    @Column("Documents of the training datasets whose content_hash is before this are held out")
        Optional<String> heldOutBelow,
    @Column("Documents read") long documents,
    @Column("Samples made of them; several of a document that was split or repeated") long samples,
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
    @Column("When its packs were last brought up to date") Instant createdAt) {}
