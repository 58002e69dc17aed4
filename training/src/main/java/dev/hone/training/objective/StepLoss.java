package dev.hone.training.objective;

/**
 * What a global batch came to.
 *
 * @param loss what was minimised
 * @param metrics what else the objective says of it
 */
public record StepLoss(double loss, Means metrics) {}
