package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A named weight. A trained one lives in the network's flat parameter array and has a gradient in
 * its flat gradient array; a frozen one is any tensor, a mapped file for example. Where several
 * strands compute parts of a pass at the same time, each has a handle of its own on the same
 * memory, and their additions to the gradient take turns.
 */
public final class Weight {

  /** What all handles on a weight share. */
  private static final class Memory {
    final Turns turns = new Turns();
    Tensor value;
    Tensor operand;
    Tensor gradient;
    boolean forgotten;
  }

  private final String name;
  private final long[] shape;
  private final boolean trained;
  private final Memory memory;
  private final int strand;

  private Weight(String name, long[] shape, boolean trained, Memory memory, int strand) {
    this.name = name;
    this.shape = shape.clone();
    this.trained = trained;
    this.memory = memory;
    this.strand = strand;
  }

  /** A weight whose memory the network gives it when it is built. */
  public static Weight trained(String name, long... shape) {
    return new Weight(name, shape, true, new Memory(), 0);
  }

  /** A weight that stays as it is. */
  public static Weight frozen(String name, Tensor value) {
    Weight weight = new Weight(name, value.shape(), false, new Memory(), 0);
    weight.bindValue(value, value);
    return weight;
  }

  /** The same weight for the layers of another strand. */
  public Weight of(int otherStrand) {
    return new Weight(name, shape, trained, memory, otherStrand);
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
    return bound(memory.value);
  }

  /** What products read: the values, or their upper halves. */
  public Tensor operand() {
    return bound(memory.operand);
  }

  /** The memory of the gradient that backward passes add to; only of a trained weight. */
  public Tensor gradient() {
    return bound(memory.gradient);
  }

  /** Forgets the gradient, without a pass over its memory: what is added next takes its place. */
  public void forgetGradient() {
    memory.forgotten = true;
  }

  /** Adds to a gradient: {@code gradient = beta * gradient + new}. */
  interface Addition {
    void to(Tensor gradient, double beta);
  }

  /**
   * Adds to the gradient, in turn with other strands; beta is 0 if it was forgotten, and then no
   * longer is, else 1.
   */
  void add(Addition addition) {
    memory.turns.take(
        strand,
        () -> {
          double beta = memory.forgotten ? 0 : 1;
          memory.forgotten = false;
          addition.to(gradient(), beta);
        });
  }

  /** The same of what can only add: the gradient is zeros if it was forgotten. */
  void addTo(Kernels kernels, Consumer<Tensor> addition) {
    memory.turns.take(strand, () -> addition.accept(settledGradient(kernels)));
  }

  /** Its strand adds no more in the layer it is in. */
  void endPhase() {
    if (trained) {
      memory.turns.endPhase(strand);
    }
  }

  /** So many strands begin a backward pass. */
  public void beginPass(int strands) {
    memory.turns.begin(strands);
  }

  /** Its strand has come to the end of the pass. */
  public void leavePass() {
    memory.turns.leave(strand);
  }

  /** A strand will not come to the end of the pass: nobody may wait for it. */
  public void failPass() {
    memory.turns.fail();
  }

  /** The gradient for who only reads it: zeros if it was forgotten. */
  public Tensor settledGradient(Kernels kernels) {
    if (memory.forgotten) {
      memory.forgotten = false;
      kernels.zero(gradient());
    }
    return gradient();
  }

  void bindValue(Tensor view, Tensor products) {
    memory.value = view;
    memory.operand = products;
  }

  void bindGradient(Tensor view) {
    memory.gradient = view;
  }

  private Tensor bound(Tensor tensor) {
    if (tensor == null) {
      throw new IllegalStateException(name + " has no memory yet: initialise the network first");
    }
    return tensor;
  }
}
