package dev.hone.training.objective;

import java.util.function.DoubleFunction;

/** Divergences by the names of TRL's {@code f_divergence_type}. */
public enum DivergenceType {
  REVERSE_KL("reverse_kl", alpha -> Divergence.reverseKl()),
  FORWARD_KL("forward_kl", alpha -> Divergence.forwardKl()),
  JS_DIVERGENCE("js_divergence", alpha -> Divergence.jensenShannon()),
  ALPHA_DIVERGENCE("alpha_divergence", Divergence::alpha);

  private final String key;
  private final DoubleFunction<Divergence> maker;

  DivergenceType(String key, DoubleFunction<Divergence> maker) {
    this.key = key;
    this.maker = maker;
  }

  /** TRL's name. */
  public String key() {
    return key;
  }

  /** The divergence; alpha is that of {@code alpha_divergence}, the others have none. */
  Divergence of(double alpha) {
    return maker.apply(alpha);
  }
}
