package dev.hone.training.objective;

/**
 * Two answers to one prompt.
 *
 * @param chosen the better one
 */
public record Pair(Answer chosen, Answer rejected) {}
