package dev.hone.training.model;

import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.RopeScaling.Yarn;

/** The rotation of each pair of a head's dimensions, in radians a position. */
final class RopeFrequencies {
  private RopeFrequencies() {}

  /**
   * {@code theta^(-2i / D)} (Su et al. 2021, equation 15), where D elements of a head are turned,
   * and what the {@link RopeScaling} makes of it.
   *
   * @return {@code [D / 2]}, rounded to float as the reference implementations do
   */
  static float[] of(Rope rope, int headSize) {
    int turned = rope.dimensions(headSize);
    float[] frequencies = new float[turned / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double plain = Math.pow(rope.theta(), -2.0 * i / turned);
      frequencies[i] = (float) scaled(rope, i, turned, plain);
    }
    return frequencies;
  }

  /** What cosines and sines are multiplied with. */
  static double scale(Rope rope) {
    return rope.scaling().orElse(null) instanceof Yarn yarn ? yarn.attentionFactor() : 1;
  }

  private static double scaled(Rope rope, int index, int turned, double plain) {
    RopeScaling scaling = rope.scaling().orElse(null);
    if (scaling instanceof RopeScaling.Linear linear) {
      return plain / linear.factor();
    }
    if (scaling instanceof Llama3 llama3) {
      return llama3(llama3, plain);
    }
    if (scaling instanceof Yarn yarn) {
      return yarn(yarn, rope.theta(), index, turned, plain);
    }
    return plain;
  }

  /**
   * By wavelength: {@code wavelength > original / low} is slowed by factor, {@code wavelength <
   * original / high} stays, between them the two are blended linearly in {@code original /
   * wavelength}.
   */
  private static double llama3(Llama3 scaling, double frequency) {
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

  /**
   * Peng et al. 2023, section 3.2, with the ramp over the index of a pair as Transformers has it
   * ({@code _compute_yarn_parameters}): before the index that turns betaFast times over the
   * original length a frequency stays, after the one that turns betaSlow times it is divided.
   */
  private static double yarn(Yarn yarn, double theta, int index, int turned, double plain) {
    double low = indexOfTurns(yarn, yarn.betaFast(), theta, turned);
    double high = indexOfTurns(yarn, yarn.betaSlow(), theta, turned);
    if (yarn.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, turned - 1);
    double width = high == low ? 0.001 : high - low;
    double divided = Math.min(1, Math.max(0, (index - low) / width));
    return plain / yarn.factor() * divided + plain * (1 - divided);
  }

  private static double indexOfTurns(Yarn yarn, double turns, double theta, int turned) {
    double wavelength = yarn.originalMaxPositionEmbeddings() / (turns * 2 * Math.PI);
    return turned * Math.log(wavelength) / (2 * Math.log(theta));
  }
}
