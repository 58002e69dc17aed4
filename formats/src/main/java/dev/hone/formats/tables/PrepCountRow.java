package dev.hone.formats.tables;

/** One number about one dataset of a finished preparation. */
@Table(
    name = "prep_counts",
    schema = Table.Schema.RUNS,
    comment = "What became of each dataset of a preparation, one row a number.")
public record PrepCountRow(
    @Column("The preparation it belongs to") String prepId,
    @Column("Name of the dataset entry") String dataset,
    @Column(
            "What is counted: documents = accepted + refused + not_sampled; samples, tokens, trained_tokens; dropped_tokens and the other effects of excess_length_strategy; untrained_ends; of a mix mix_rows and mix_tokens, what there was to train on, and mixed_rows and mixed_tokens, what it took, every copy counted")
        String name,
    @Column("The number") long value) {}
