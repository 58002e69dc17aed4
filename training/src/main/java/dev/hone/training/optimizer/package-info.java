/** Gradients to changed parameters: the optimizers, and clipping by the global norm. */
package dev.hone.training.optimizer;
