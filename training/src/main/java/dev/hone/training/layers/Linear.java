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
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(weight);
    bias.ifPresent(all::add);
    lora.ifPresent(branch -> all.addAll(List.of(branch.a(), branch.b())));
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
    kernels.linear(x, weight.operand(), y, batch.rows(), 1, beta);
    bias.ifPresent(values -> kernels.addBias(values.value(), y, batch.rows()));
    if (batch.adapted()) {
      lora.ifPresent(branch -> branch.forward(x, y));
    }
  }

  /**
   * Forward was {@code y = x Wᵀ + b}, so now {@code dW += dYᵀ x, db += sum of dY}, where trained.
   */
  void backwardWeights(Tensor dY, Tensor x) {
    if (weight.isTrained()) {
      kernels.linearBackwardWeight(
          dY, x, weight.gradient(), batch.rows(), 1, weight.gradientBeta());
    }
    if (bias.isPresent() && bias.get().isTrained()) {
      kernels.biasBackward(dY, bias.get().settledGradient(kernels), batch.rows());
    }
    lora.ifPresent(branch -> branch.backwardWeights(dY, x));
  }

  /**
   * As {@link #backwardWeights}; and forward was {@code y = x Wᵀ}, so now {@code dX = beta * dX +
   * dY W}.
   */
  void backward(Tensor dY, Tensor x, Tensor dX, double beta) {
    backwardWeights(dY, x);
    kernels.linearBackwardInput(dY, weight.operand(), dX, batch.rows(), 1, beta);
    lora.ifPresent(branch -> branch.backwardInput(dX));
  }
}
