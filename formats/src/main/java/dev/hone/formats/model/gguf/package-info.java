/**
 * GGUF files, version 2 and 3: metadata, tensors in ggml's block formats, and their import to a
 * Hugging Face directory.
 */
package dev.hone.formats.model.gguf;
