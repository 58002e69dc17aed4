package dev.hone.training.kernels;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Grouped-query attention in numbers: query head {@code h} reads key and value head {@code h / (NH
 * / NKV)}.
 *
 * @param heads NH, query heads
 * @param keyValueHeads NKV, divides NH
 * @param headSize HS
 * @param scale what {@code q·k} is multiplied with, usually {@code 1 / sqrt(HS)}
 * @param window tokens that a token sees, itself included; empty: all before it
 * @param softCap bounds the scores; empty: they are not bounded
 */
public record AttentionShape(
    int heads,
    int keyValueHeads,
    int headSize,
    double scale,
    OptionalInt window,
    OptionalDouble softCap) {

  /** Attention to all that came before, without bounds. */
  public AttentionShape(int heads, int keyValueHeads, int headSize, double scale) {
    this(heads, keyValueHeads, headSize, scale, OptionalInt.empty(), OptionalDouble.empty());
  }

  public AttentionShape {
    if (keyValueHeads <= 0 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          heads + " heads cannot share " + keyValueHeads + " key and value heads evenly");
    }
  }

  /** The same with another window. */
  public AttentionShape withWindow(OptionalInt other) {
    return new AttentionShape(heads, keyValueHeads, headSize, scale, other, softCap);
  }

  /** The first token that this one sees, of those from 0 on. */
  public int firstSeen(int token) {
    return window.isPresent() ? Math.max(0, token - window.getAsInt() + 1) : 0;
  }

  /** Query heads that share one key and value head. */
  public int group() {
    return heads / keyValueHeads;
  }
}
