package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Llama 3.1's frequency scaling. GGUF has no keys for it: llama.cpp's converter stores what each
 * frequency is divided by, as tensor {@code rope_freqs.weight [head_dim / 2]}. This finds the four
 * numbers of {@code rope_scaling} again. Three of them are the same in all published models, and
 * the fourth is the largest divisor; if these do not reproduce the tensor, it is refused. An export
 * writes the tensor for those three numbers only.
 */
final class RopeFactors {
  private static final String TENSOR = "rope_freqs.weight";
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final int ORIGINAL_CONTEXT = 8192;

  private RopeFactors() {}

  /**
   * The scaling; empty if the file has none.
   *
   * @throws HoneException if it is not Llama 3's
   */
  static Optional<Llama3> read(GgufReader reader, double theta, int headDim) {
    GgufTensor tensor = reader.tensors().get(TENSOR);
    if (tensor == null) {
      return Optional.empty();
    }
    if (tensor.elements() != headDim / 2) {
      throw new HoneException(
          reader.path()
              + ": tensor "
              + TENSOR
              + " has "
              + tensor.elements()
              + " elements for heads of "
              + headDim);
    }
    FloatBuffer stored = FloatBuffer.allocate(headDim / 2);
    reader.values(TENSOR).read(0, stored);
    double factor = 1;
    for (int i = 0; i < stored.capacity(); i++) {
      factor = Math.max(factor, stored.get(i));
    }
    boolean scaled = false;
    for (int i = 0; i < stored.capacity(); i++) {
      double expected = divisor(factor, Math.pow(theta, -2.0 * i / headDim));
      if (!(Math.abs(stored.get(i) - expected) <= 1e-4 * expected)) {
        throw new HoneException(
            reader.path()
                + ": tensor "
                + TENSOR
                + " scales the rotary frequencies in another way than Llama 3, which hone cannot"
                + " express");
      }
      scaled |= expected != 1;
    }
    return scaled ? Optional.of(new Llama3(factor, LOW, HIGH, ORIGINAL_CONTEXT)) : Optional.empty();
  }

  /** Whether {@link #read} finds the scaling again in its tensor. */
  static boolean canSay(Llama3 scaling) {
    return scaling.lowFreqFactor() == LOW
        && scaling.highFreqFactor() == HIGH
        && scaling.originalMaxPositionEmbeddings() == ORIGINAL_CONTEXT;
  }

  /** The tensor of a scaling that it can say. */
  static TensorSource of(Llama3 scaling, ModelConfig config) {
    double theta = config.layers().get(0).rope().orElseThrow().theta();
    FloatBuffer divisors = FloatBuffer.allocate(config.headDim() / 2);
    for (int i = 0; i < divisors.capacity(); i++) {
      double frequency = Math.pow(theta, -2.0 * i / config.headDim());
      divisors.put(i, (float) divisor(scaling.factor(), frequency));
    }
    return TensorSource.of(TENSOR, new long[] {divisors.capacity()}, divisors);
  }

  /** What Llama 3 divides a frequency by: 1 for short wavelengths, factor for long ones. */
  private static double divisor(double factor, double frequency) {
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength < ORIGINAL_CONTEXT / HIGH) {
      return 1;
    }
    if (wavelength > ORIGINAL_CONTEXT / LOW) {
      return factor;
    }
    double smooth = (ORIGINAL_CONTEXT / wavelength - LOW) / (HIGH - LOW);
    return 1 / ((1 - smooth) / factor + smooth);
  }
}
