package dev.hone.jobs.nightly.gate;

/**
 * Where a number lies with 95 % confidence.
 *
 * @param items how many things it was measured on
 */
public record Interval(double low, double high, int items) {}
