/**
 * The decoder as DL4J layers. Each layer owns its buffers, allocated once for the largest batch,
 * and has its gradient written by hand, under a quotation of what the forward pass was. DL4J sees
 * the same memory through ND4J arrays.
 */
package dev.hone.training.layers;
