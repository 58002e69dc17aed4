package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code y = x Wᵀ + bias}, with a LoRA branch where there is one. */
public final class Linear {
  private final Kernels kernels;
  private final Batch batch;
  private final Weight weight; // [out, in]
  private final Optional<Weight> bias; // [out]
  private final Optional<Lora> lora;
  private final Optional<Dora> dora;

  /**
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   */
  public Linear(
      Kernels kernels, Batch batch, Weight weight, Optional<Weight> bias, Optional<Lora> lora) {
    this.kernels = kernels;
    this.batch = batch;
    this.weight = weight;
    this.bias = bias;
    this.lora = lora;
    this.dora = lora.flatMap(Lora::dora);
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(weight);
    bias.ifPresent(all::add);
    lora.ifPresent(branch -> all.addAll(branch.weights()));
    return all;
  }

  /** Whether the backward pass needs to know the input. */
  boolean needsInput() {
    return weight.isTrained() || lora.isPresent();
  }

  /** Whether a forward pass leaves something for the backward pass. */
  boolean keeps() {
    return lora.isPresent();
  }

  /** What a forward pass leaves for the backward pass, without its result. */
  void recompute(Tensor x) {
    lora.ifPresent(branch -> branch.recompute(x));
  }

  /** {@code y = beta * y + x Wᵀ + bias + LoRA}. */
  void forward(Tensor x, Tensor y, double beta) {
    Optional<Dora> lengths = batch.adapted() ? dora : Optional.empty();
    if (lengths.isPresent()) {
      Lora branch = lora.orElseThrow();
      Tensor scaled = lengths.get().scaled();
      kernels.linear(x, weight.operand(), scaled, batch.rows(), 1, 0);
      branch.forward(x, scaled);
      branch.measure(lengths.get(), weight);
      lengths.get().forward(y, beta);
    } else {
      kernels.linear(x, weight.operand(), y, batch.rows(), 1, beta);
      if (batch.adapted()) {
        lora.ifPresent(branch -> branch.forward(x, y));
      }
    }
    bias.ifPresent(values -> kernels.addBias(values.value(), y, batch.rows()));
  }

  /**
   * Forward was {@code y = x Wᵀ + b}, so now {@code dW += dYᵀ x, db += sum of dY}, where trained.
   */
  void backwardWeights(Tensor dY, Tensor x) {
    scaledBackwardWeights(dY, x);
  }

  /**
   * As {@link #backwardWeights}; and forward was {@code y = x Wᵀ}, so now {@code dX = beta * dX +
   * dY W}.
   */
  void backward(Tensor dY, Tensor x, Tensor dX, double beta) {
    Tensor dProduct = scaledBackwardWeights(dY, x);
    kernels.linearBackwardInput(dProduct, weight.operand(), dX, batch.rows(), 1, beta);
    lora.ifPresent(branch -> branch.backwardInput(dProduct, dX));
  }

  /** The gradient of what the gain multiplies; without one, of the output. */
  private Tensor scaledBackwardWeights(Tensor dY, Tensor x) {
    if (bias.isPresent() && bias.get().isTrained()) {
      bias.get().addTo(kernels, sum -> kernels.biasBackward(dY, sum, batch.rows()));
    }
    Tensor dProduct = dora.isPresent() ? unscale(dY, x, dora.get()) : dY;
    if (weight.isTrained()) {
      weight.add(
          (sum, beta) -> kernels.linearBackwardWeight(dProduct, x, sum, batch.rows(), 1, beta));
    }
    lora.ifPresent(branch -> branch.backwardWeights(dProduct, x));
    return dProduct;
  }

  /** Makes the product once more, as the other modules of that width have used its memory since. */
  private Tensor unscale(Tensor dY, Tensor x, Dora lengths) {
    Tensor scaled = lengths.scaled();
    kernels.linear(x, weight.operand(), scaled, batch.rows(), 1, 0);
    lora.orElseThrow().add(scaled);
    lengths.backward(dY);
    return scaled;
  }
}
