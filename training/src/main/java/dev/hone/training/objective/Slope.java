package dev.hone.training.objective;

/**
 * A function at a place.
 *
 * @param value of the function
 * @param slope its derivative
 */
public record Slope(double value, double slope) {}
