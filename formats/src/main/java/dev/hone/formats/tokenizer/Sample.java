package dev.hone.formats.tokenizer;

/**
 * A document as a model reads it.
 *
 * @param ids token ids {@code [T]}
 * @param weights loss weights {@code [T]}; weights[t] belongs to ids[t] as the target predicted
 *     from t-1, so weights[0] is 0
 * @param untrainedEnds trained turns without an end-of-turn token that is trained: a model learns
 *     nowhere in them when to stop
 */
public record Sample(int[] ids, float[] weights, int untrainedEnds) {

  /** A sample whose turns all end as they should. */
  public Sample(int[] ids, float[] weights) {
    this(ids, weights, 0);
  }

  /** Number of tokens that carry loss. */
  public int trainedTokens() {
    int trained = 0;
    for (float weight : weights) {
      if (weight > 0) {
        trained++;
      }
    }
    return trained;
  }
}
