package dev.hone.formats.corpus;

/** A loss weight: finite, at least 0. */
final class LossWeight {
  private LossWeight() {}

  /** The weight itself, minus zero as zero. */
  static float checked(float weight) {
    if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a loss weight is " + weight + "; it must be finite and at least 0");
    }
    return weight + 0f;
  }
}
