package dev.hone.formats.tables;

import java.util.List;

/** What a teacher says of the targets of one pack: its likeliest tokens in the place of each. */
@Table(
    name = "teacher_logprobs",
    schema = Table.Schema.DATA,
    comment = "The likeliest tokens of a teacher, for every trained token of a pack.",
    partitionedBy = "prep_id")
public record TeachingRow(
    @Column("The preparation that the pack belongs to") String prepId,
    @Column("Hash of the teacher's files and of how it is computed, with the number of tokens k")
        String teacherId,
    @Column("Where the teacher was read from") String model,
    @Column("xxhash64(input_ids, loss_weights, document_starts) of the pack") long content,
    @Column("The documents of the pack") List<String> recordIds,
    @Column("Tokens of each target") int k,
    @Column(
            "Ids of the k likeliest tokens in the place of every token with a loss weight above 0, likeliest first, target after target")
        int[] tokenIds,
    @Column("Their log-probabilities, in nats, of the softmax over the whole vocabulary")
        float[] logprobs) {}
