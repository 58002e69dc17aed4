package dev.hone.training.collective;

/** How a number travels. */
public enum Payload {
  /** As it is, in four bytes. */
  F32(Float.BYTES),

  /**
   * The upper half of it, rounded to the nearest, ties to even. Sums are still taken in f32, and
   * rounded each time they travel on. What is broadcast is not rounded.
   */
  BF16(Short.BYTES);

  private final int width;

  Payload(int width) {
    this.width = width;
  }

  /** Bytes of a number on the wire. */
  int width() {
    return width;
  }
}
