package dev.hone.training.kernels;

/**
 * One step of AdamW (Loshchilov and Hutter 2019, algorithm 2) as torch.optim.AdamW computes it.
 *
 * @param learningRate of this step, schedule applied
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the bias-corrected second moment
 * @param weightDecay decoupled: {@code p *= 1 - learningRate * weightDecay} before the update
 * @param step 1 for the first update; the power in the bias corrections
 * @param gradientScale what the gradient is multiplied with first: the clipping coefficient, or 1
 */
public record AdamWStep(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    long step,
    double gradientScale) {}
