package dev.hone.training.bench;

/**
 * What one operation took in a step.
 *
 * @param name the method of {@link dev.hone.training.kernels.Kernels}, and of a product the shape
 *     of its weight
 * @param calls how often
 * @param seconds all of them together
 */
public record KernelTime(String name, double calls, double seconds) {}
