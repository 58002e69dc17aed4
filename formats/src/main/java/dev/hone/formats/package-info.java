/**
 * What the bytes mean, in pure Java: corpus records, chat templates, tokenizers and loss masks,
 * weights on disk, and the column contract of every Delta table. Nothing here knows Spark or ND4J,
 * so every stage may use it.
 *
 * <ul>
 *   <li>{@link dev.hone.formats.corpus}: one row of a corpus to one {@link
 *       dev.hone.formats.corpus.Document}
 *   <li>{@link dev.hone.formats.template}: a conversation to text, with the spans of its messages
 *   <li>{@link dev.hone.formats.tokenizer}: text to token ids with character offsets; a document to
 *       ids and loss weights
 *   <li>{@link dev.hone.formats.model}: Hugging Face and PEFT directories, safetensors, GGUF
 *   <li>{@link dev.hone.formats.tables}: one record type for each Delta table
 * </ul>
 */
package dev.hone.formats;
