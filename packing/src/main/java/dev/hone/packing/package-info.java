/**
 * Documents to samples to packs. {@code documents} are tokenized and masked into {@code samples},
 * samples are put side by side into {@code packs} of at most {@code sequence_len} tokens, and a
 * {@code preps} row, written last, says that the packs of a {@code prep_id} are complete.
 *
 * <p>The algorithms ({@link dev.hone.packing.PackingStrategy}, {@link dev.hone.packing.Packer})
 * know nothing of Spark.
 */
package dev.hone.packing;
