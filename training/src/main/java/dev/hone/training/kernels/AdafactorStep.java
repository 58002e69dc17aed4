package dev.hone.training.kernels;

/**
 * One step of Adafactor (Shazeer and Stern 2018, algorithms 4 and 5) with a given learning rate and
 * no first moment, as {@code transformers.optimization.Adafactor} computes it.
 *
 * @param learningRate of this step, schedule applied
 * @param decay b of the second moment at this step: {@code 1 - step^-0.8}, so 0 at the first
 * @param epsilon added to every squared gradient
 * @param clipThreshold most root mean square of an update, before the learning rate
 * @param weightDecay decoupled: {@code p *= 1 - learningRate * weightDecay} before the update
 * @param gradientScale what the gradient is multiplied with first: the clipping coefficient, or 1
 */
public record AdafactorStep(
    double learningRate,
    double decay,
    double epsilon,
    double clipThreshold,
    double weightDecay,
    double gradientScale) {}
