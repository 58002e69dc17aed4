/** Hugging Face model directories: {@code config.json} and the families hone knows. */
package dev.hone.formats.model.hf;
