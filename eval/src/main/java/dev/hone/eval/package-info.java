/**
 * A model to {@code evals} and {@code generations}: held-out loss, perplexity and token accuracy,
 * and exact match of greedy answers. Probes measure a model that a training stage has in memory;
 * {@link dev.hone.eval.EvalStage} loads one to measure it.
 */
package dev.hone.eval;
