/**
 * Documents to samples to packs. {@code documents} are tokenized and masked into {@code samples},
 * samples are put side by side into {@code packs} of at most {@code sequence_len} tokens, and a
 * {@code preps} row, written last, says that the packs of a {@code prep_id} are complete.
 *
 * <p>{@link dev.hone.packing.PrepJob} reads in that order: {@code DocumentSources} (which
 * documents, in which order), {@code PrepIdentity} (the prep_id), {@code Growth} (which of them are
 * new), {@code EncodeStage} (tokens), {@code PlannedSamples} (which samples together), {@code
 * PrepWriter} (the tables, from {@code EncodedDocuments} and {@code PackStage}). {@code Fitting}
 * makes a document fit ({@code TokenCut}, {@code TurnCut}), {@code Accounts} says what became of
 * the documents, and {@code Guards} stops a preparation that would train on nothing. {@link
 * dev.hone.packing.PackingStrategy}, {@code Fitting} and {@link dev.hone.packing.Packer} are the
 * algorithms in it, and know nothing of Spark.
 */
package dev.hone.packing;
