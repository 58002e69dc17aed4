package dev.hone.training.parallel;

/**
 * Elements of a parameter that follow each other.
 *
 * @param parameter its place in the list of parameters
 * @param from number of the first
 */
record Run(int parameter, long from, int length) {}
