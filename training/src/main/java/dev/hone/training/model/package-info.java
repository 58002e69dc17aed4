/**
 * A causal language model: built from a Hugging Face directory, trained, asked, and saved to one.
 */
package dev.hone.training.model;
