package dev.hone.formats.model;

import java.util.Optional;

/** What the gate of a feed-forward layer goes through: {@code hidden_act}. */
public enum Activation {
  /** {@code x * sigmoid(x)}. */
  SILU("silu"),
  /** {@code x/2 * (1 + tanh(sqrt(2/π) (x + 0.044715 x³)))} (Hendrycks and Gimpel 2016). */
  GELU_TANH("gelu_pytorch_tanh");

  private final String key;

  Activation(String key) {
    this.key = key;
  }

  /** Its name in {@code config.json}. */
  public String key() {
    return key;
  }

  /** The one of that name. */
  public static Optional<Activation> named(String key) {
    for (Activation activation : values()) {
      if (activation.key.equals(key)) {
        return Optional.of(activation);
      }
    }
    return Optional.empty();
  }
}
