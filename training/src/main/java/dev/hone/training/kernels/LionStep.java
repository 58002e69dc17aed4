package dev.hone.training.kernels;

/**
 * One step of Lion (Chen et al. 2023, algorithm 2).
 *
 * @param learningRate of this step, schedule applied
 * @param beta1 part of the momentum in what the sign is taken of
 * @param beta2 decay of the momentum
 * @param weightDecay decoupled: {@code p *= 1 - learningRate * weightDecay} before the update
 * @param gradientScale what the gradient is multiplied with first: the clipping coefficient, or 1
 */
public record LionStep(
    double learningRate, double beta1, double beta2, double weightDecay, double gradientScale) {}
