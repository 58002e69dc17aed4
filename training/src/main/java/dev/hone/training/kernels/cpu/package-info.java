/**
 * The parts of {@link dev.hone.training.kernels.CpuKernels}: oneDNN for the large products, Vector
 * API loops over row scratch for everything else. Rows are copied from native memory to a heap
 * array, worked on and copied back: {@code FloatVector.fromArray} is the same code on JDK 17, 21
 * and 25, and a row stays in the first-level cache.
 */
package dev.hone.training.kernels.cpu;
