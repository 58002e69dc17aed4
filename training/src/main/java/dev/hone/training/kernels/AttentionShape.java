package dev.hone.training.kernels;

/**
 * Grouped-query attention in numbers: query head {@code h} reads key and value head {@code h / (NH
 * / NKV)}.
 *
 * @param heads NH, query heads
 * @param keyValueHeads NKV, divides NH
 * @param headSize HS
 * @param scale what {@code q·k} is multiplied with, usually {@code 1 / sqrt(HS)}
 */
public record AttentionShape(int heads, int keyValueHeads, int headSize, double scale) {
  public AttentionShape {
    if (keyValueHeads <= 0 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          heads + " heads cannot share " + keyValueHeads + " key and value heads evenly");
    }
  }

  /** Query heads that share one key and value head. */
  public int group() {
    return heads / keyValueHeads;
  }
}
