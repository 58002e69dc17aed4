/**
 * A model to {@code evals} and {@code generations}: held-out loss, perplexity and token accuracy;
 * what is right of greedy answers, and which of several answers is the likeliest. Probes measure a
 * model that a stage has in memory. Formulas, comparisons and intervals are plain functions, which
 * the driver uses as well.
 */
package dev.hone.eval;
