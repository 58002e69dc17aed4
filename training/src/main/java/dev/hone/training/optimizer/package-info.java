/** Gradients to changed parameters: AdamW and clipping by the global norm. */
package dev.hone.training.optimizer;
