/**
 * Packs to a trained model.
 *
 * <p>Letters of every shape in this module: {@code B} packs in a micro-batch, {@code T} tokens of
 * all its packs together, {@code C} hidden size, {@code NH} heads, {@code NKV} key and value heads,
 * {@code HS} head size, {@code F} feed-forward size, {@code V} vocabulary, {@code L} layers, {@code
 * S} documents in the batch, {@code R} LoRA rank.
 */
package dev.hone.training;
