/**
 * GGUF files, version 2 and 3: metadata, tensors in ggml's block formats, their import to a Hugging
 * Face directory, and their export from one.
 */
package dev.hone.formats.model.gguf;
