package dev.hone.jobs.export;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.gguf.Quantization;
import java.util.Locale;

/**
 * How far the logits of an export may be from those of the model before it is not published.
 *
 * @param difference the largest difference of two logits, as a share of the largest logit
 * @param divergence mean KL divergence, in nats
 */
public record Tolerance(double difference, double divergence) {
  private static final Tolerance EXACT = new Tolerance(1e-4, 1e-6);
  private static final Tolerance HALF = new Tolerance(0.01, 1e-4);
  private static final Tolerance BFLOAT = new Tolerance(0.05, 5e-3);

  /** Of weights that are rounded to a type. */
  static Tolerance of(Dtype dtype) {
    return switch (dtype) {
      case F16 -> HALF;
      case BF16 -> BFLOAT;
      default -> EXACT;
    };
  }

  /** Of a GGUF file. */
  static Tolerance of(Quantization quantization) {
    return switch (quantization) {
      case F32 -> EXACT;
      case F16 -> HALF;
      case BF16 -> BFLOAT;
      case Q8_0 -> new Tolerance(0.2, 0.02);
      case Q6_K -> new Tolerance(0.3, 0.05);
      case Q4_K_M -> new Tolerance(0.5, 0.3);
      case Q4_0 -> new Tolerance(0.7, 0.6);
    };
  }

  /** The looser of two, number by number. */
  Tolerance or(Tolerance other) {
    return new Tolerance(
        Math.max(difference, other.difference), Math.max(divergence, other.divergence));
  }

  /** Whether an export is close enough; one that gives NaN never is. */
  boolean holds(Parity parity) {
    return parity.difference() <= difference * parity.size() && parity.divergence() <= divergence;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s of the largest logit and KL %s", difference, divergence);
  }
}
