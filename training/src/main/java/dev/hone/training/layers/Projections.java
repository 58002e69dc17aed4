package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Several projections of one input: each by a matrix of its own; or all by one matrix, whose result
 * is then cut in pieces (Phi-3).
 */
final class Projections {
  private final Kernels kernels;
  private final Batch batch;
  private final List<Linear> linears;
  private final List<Tensor> outputs;
  private final List<Tensor> gradients;
  private final Tensor joined; // [T, sum of widths]; null: there is nothing to cut

  /**
   * @param linears as many as there are outputs, or one for all
   * @param outputs {@code [T, N]} each, in the order of the rows of a matrix for all
   * @param gradients of the outputs
   * @param joined {@code [T, sum of N]}; used if there is one matrix for all
   */
  Projections(
      Kernels kernels,
      Batch batch,
      List<Linear> linears,
      List<Tensor> outputs,
      List<Tensor> gradients,
      Optional<Tensor> joined) {
    this.kernels = kernels;
    this.batch = batch;
    this.linears = linears;
    this.outputs = outputs;
    this.gradients = gradients;
    this.joined = linears.size() == outputs.size() ? null : joined.orElseThrow();
  }

  List<Weight> weights() {
    return linears.stream().flatMap(linear -> linear.weights().stream()).toList();
  }

  /** Whether the backward pass needs to know the input. */
  boolean needsInput() {
    for (Linear linear : linears) {
      if (linear.needsInput()) {
        return true;
      }
    }
    return false;
  }

  void forward(Tensor x) {
    if (joined == null) {
      for (int i = 0; i < linears.size(); i++) {
        linears.get(i).forward(x, outputs.get(i), 0);
      }
      return;
    }
    linears.get(0).forward(x, joined, 0);
    int column = 0;
    for (Tensor output : outputs) {
      kernels.copyColumns(joined, column, output, 0, output.width(), batch.rows());
      column += output.width();
    }
  }

  /** The gradients of the weights alone, from those of the outputs. */
  void backwardWeights(Tensor x) {
    if (joined == null) {
      for (int i = 0; i < linears.size(); i++) {
        linears.get(i).backwardWeights(gradients.get(i), x);
      }
      return;
    }
    join();
    linears.get(0).backwardWeights(joined, x);
  }

  /** As {@link #backwardWeights}; and the gradient of the input, the sum of all, overwrites dX. */
  void backward(Tensor x, Tensor dX) {
    if (joined == null) {
      for (int i = 0; i < linears.size(); i++) {
        linears.get(i).backward(gradients.get(i), x, dX, i == 0 ? 0 : 1);
      }
      return;
    }
    join();
    linears.get(0).backward(joined, x, dX, 0);
  }

  private void join() {
    int column = 0;
    for (Tensor gradient : gradients) {
      kernels.copyColumns(gradient, 0, joined, column, gradient.width(), batch.rows());
      column += gradient.width();
    }
  }
}
