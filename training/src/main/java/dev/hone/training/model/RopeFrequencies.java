package dev.hone.training.model;

import dev.hone.formats.model.ModelConfig;

/** The rotation of each pair of a head's dimensions, in radians a position. */
final class RopeFrequencies {
  private RopeFrequencies() {}

  /**
   * {@code theta^(-2i / HS)} (Su et al. 2021, equation 15), for llama3 scaled by wavelength: {@code
   * wavelength > original / low} is slowed by factor, {@code wavelength < original / high} stays,
   * between them the two are blended linearly in {@code original / wavelength}.
   *
   * @return {@code [HS / 2]}, rounded to float as the reference implementations do
   */
  static float[] of(ModelConfig.Rope rope, int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double plain = Math.pow(rope.theta(), -2.0 * i / headSize);
      frequencies[i] =
          (float) rope.scaling().map(s -> scaled(s, plain)).orElse(plain).doubleValue();
    }
    return frequencies;
  }

  private static double scaled(ModelConfig.Llama3Scaling scaling, double frequency) {
    double turns = scaling.originalMaxPositionEmbeddings() * frequency / (2 * Math.PI);
    if (turns > scaling.highFreqFactor()) {
      return frequency;
    }
    if (turns < scaling.lowFreqFactor()) {
      return frequency / scaling.factor();
    }
    double smooth =
        (turns - scaling.lowFreqFactor()) / (scaling.highFreqFactor() - scaling.lowFreqFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }
}
