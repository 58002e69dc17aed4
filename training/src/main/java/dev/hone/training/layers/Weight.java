package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.Arrays;

/**
 * A named weight. A trained one lives in the network's flat parameter array and has a gradient in
 * its flat gradient array; a frozen one is any tensor, a mapped file for example.
 */
public final class Weight {
  private final String name;
  private final long[] shape;
  private final boolean trained;
  private Tensor value;
  private Tensor operand;
  private Tensor gradient;
  private boolean forgotten;

  private Weight(String name, long[] shape, boolean trained) {
    this.name = name;
    this.shape = shape.clone();
    this.trained = trained;
  }

  /** A weight whose memory the network gives it when it is built. */
  public static Weight trained(String name, long... shape) {
    return new Weight(name, shape, true);
  }

  /** A weight that stays as it is. */
  public static Weight frozen(String name, Tensor value) {
    Weight weight = new Weight(name, value.shape(), false);
    weight.value = value;
    weight.operand = value;
    return weight;
  }

  /** Its Hugging Face or PEFT name. */
  public String name() {
    return name;
  }

  /** Its name in DL4J, whose updaters take everything before the last underscore for the layer. */
  String key() {
    return name.replace('_', '-');
  }

  /** Sizes of the dimensions; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long length() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Whether it has a gradient. */
  public boolean isTrained() {
    return trained;
  }

  /** The values. */
  public Tensor value() {
    return bound(value);
  }

  /** What products read: the values, or their upper halves. */
  public Tensor operand() {
    return bound(operand);
  }

  /** The memory of the gradient that backward passes add to; only of a trained weight. */
  public Tensor gradient() {
    return bound(gradient);
  }

  /** Forgets the gradient, without a pass over its memory: what is added next takes its place. */
  public void forgetGradient() {
    forgotten = true;
  }

  /**
   * What the next sum with the gradient multiplies it by: 0 if it was forgotten, and then no longer
   * is; else 1.
   */
  double gradientBeta() {
    double beta = forgotten ? 0 : 1;
    forgotten = false;
    return beta;
  }

  /** The gradient for who only reads it, or only adds: zeros if it was forgotten. */
  public Tensor settledGradient(Kernels kernels) {
    if (gradientBeta() == 0) {
      kernels.zero(gradient());
    }
    return gradient();
  }

  void bindValue(Tensor view, Tensor products) {
    value = view;
    operand = products;
  }

  void bindGradient(Tensor view) {
    gradient = view;
  }

  private Tensor bound(Tensor tensor) {
    if (tensor == null) {
      throw new IllegalStateException(name + " has no memory yet: initialise the network first");
    }
    return tensor;
  }
}
