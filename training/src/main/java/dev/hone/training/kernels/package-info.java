/**
 * Arithmetic on dense buffers: one interface, {@link dev.hone.training.kernels.Kernels}, whose
 * plain ND4J implementation {@link dev.hone.training.kernels.ReferenceKernels} is the executable
 * specification of every faster one.
 */
package dev.hone.training.kernels;
