package dev.hone.training.layers;

/**
 * An objective over the rewards of whole documents, asked between the forward and the backward
 * pass.
 */
@FunctionalInterface
public interface ScoreRule {
  /** Nothing is minimised. */
  ScoreRule NONE = (rewards, slopes) -> 0;

  /**
   * Decides what the pass minimises. The arrays may be longer than the pass has documents.
   *
   * @param rewards of the documents of the pass, in their order
   * @param slopes zeros, to fill for each document: derivative of the objective by its reward
   * @return the objective
   */
  double decide(double[] rewards, double[] slopes);
}
