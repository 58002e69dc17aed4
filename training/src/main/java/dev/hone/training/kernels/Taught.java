package dev.hone.training.kernels;

import dev.hone.training.data.Teaching;

/**
 * What a teacher said of the targets of a pass, and what is made of it.
 *
 * @param teaching of all targets, in order
 * @param loss of each
 * @param divergences {@code [N]} or longer, filled with T² D of each target
 */
public record Taught(Teaching teaching, DistillationLoss loss, double[] divergences) {}
