package dev.hone.formats.tokenizer;

/**
 * A document as a model reads it.
 *
 * @param ids token ids {@code [T]}
 * @param weights loss weights {@code [T]}; weights[t] belongs to ids[t] as the target predicted
 *     from t-1, so weights[0] is 0
 */
public record Sample(int[] ids, float[] weights) {

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
