package dev.hone.formats.model;

import java.util.OptionalDouble;

/**
 * What a family computes otherwise than Llama.
 *
 * @param norms where a block normalises
 * @param unitOffset whether a norm multiplies by 1 + its weight (Gemma) instead of its weight
 * @param fused whether q, k and v are one projection, and gate and up another (Phi-3)
 */
public record DecoderStyle(
    QkNorm qkNorm,
    Norms norms,
    boolean unitOffset,
    Activation activation,
    boolean fused,
    Scales scales,
    SoftCaps softCaps) {

  /** Llama itself. */
  public static final DecoderStyle LLAMA =
      new DecoderStyle(
          QkNorm.NONE, Norms.BEFORE, false, Activation.SILU, false, Scales.NONE, SoftCaps.NONE);

  /** What q and k are RMS-normalised by before RoPE. */
  public enum QkNorm {
    NONE,
    /** Head by head (Qwen3, Gemma 3). */
    HEADS,
    /** The whole projection at once (OLMo 2). */
    PROJECTION
  }

  /** Where the two halves of a block normalise. */
  public enum Norms {
    /** Their input. */
    BEFORE,
    /** Their output (OLMo 2). */
    AFTER,
    /** Both (Gemma 2 and 3). */
    AROUND;

    /** Whether a half's input is normalised. */
    public boolean input() {
      return this != AFTER;
    }

    /** Whether a half's output is normalised before it is added to the residual stream. */
    public boolean output() {
      return this != BEFORE;
    }
  }

  /**
   * What factors there are beside the weights.
   *
   * @param embedding of what the embedding table gives
   * @param attention of {@code q·k}; empty: 1 / sqrt(head_dim)
   * @param residual of what a half of a block adds to the residual stream
   * @param logits of the logits
   */
  public record Scales(double embedding, OptionalDouble attention, double residual, double logits) {
    public static final Scales NONE = new Scales(1, OptionalDouble.empty(), 1, 1);
  }

  /**
   * Bounds that {@code cap * tanh(x / cap)} keeps values in (Gemma 2); empty: none.
   *
   * @param attention of the scores of attention
   * @param logits of the logits
   */
  public record SoftCaps(OptionalDouble attention, OptionalDouble logits) {
    public static final SoftCaps NONE =
        new SoftCaps(OptionalDouble.empty(), OptionalDouble.empty());
  }

  public DecoderStyle withQkNorm(QkNorm other) {
    return new DecoderStyle(other, norms, unitOffset, activation, fused, scales, softCaps);
  }

  public DecoderStyle withNorms(Norms other) {
    return new DecoderStyle(qkNorm, other, unitOffset, activation, fused, scales, softCaps);
  }

  public DecoderStyle withUnitOffset() {
    return new DecoderStyle(qkNorm, norms, true, activation, fused, scales, softCaps);
  }

  public DecoderStyle withActivation(Activation other) {
    return new DecoderStyle(qkNorm, norms, unitOffset, other, fused, scales, softCaps);
  }

  public DecoderStyle withFused() {
    return new DecoderStyle(qkNorm, norms, unitOffset, activation, true, scales, softCaps);
  }

  public DecoderStyle withScales(Scales other) {
    return new DecoderStyle(qkNorm, norms, unitOffset, activation, fused, other, softCaps);
  }

  public DecoderStyle withSoftCaps(SoftCaps other) {
    return new DecoderStyle(qkNorm, norms, unitOffset, activation, fused, scales, other);
  }
}
