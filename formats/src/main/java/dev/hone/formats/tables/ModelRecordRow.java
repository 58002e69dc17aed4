package dev.hone.formats.tables;

/** That a version of a model was trained on a record, and the versions before it were not. */
@Table(
    name = "model_records",
    schema = Table.Schema.RUNS,
    comment = "One record that a version of a model was the first to be trained on.",
    partitionedBy = {"model"})
public record ModelRecordRow(
    @Column("As in models") String model,
    @Column("As in models") long version,
    @Column("The record") String recordId) {}
