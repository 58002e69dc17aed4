/**
 * Where a model is written, so that whatever looks like a model is one: every file first, then one
 * manifest with their sizes and hashes.
 */
package dev.hone.training.checkpoint;
