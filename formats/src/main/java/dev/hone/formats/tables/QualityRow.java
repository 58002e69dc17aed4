package dev.hone.formats.tables;

/** What one filter did to one dataset of a finished preparation. */
@Table(
    name = "quality",
    schema = Table.Schema.RUNS,
    comment = "What each filter of a preparation removed from each dataset.")
public record QualityRow(
    @Column("The preparation it belongs to") String prepId,
    @Column("Name of the dataset entry") String dataset,
    @Column("Name of the filter, which is the reason of what it removed in quarantine")
        String filter,
    @Column("What the filter was told: keys and values of the configuration") String setting,
    @Column("Documents that came to it: those of the dataset that no earlier filter removed")
        long documents,
    @Column("Documents that it removed") long removed) {}
