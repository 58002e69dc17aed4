package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.List;

/** Token ids to the residual stream: {@code y[t] = table[ids[t]]}. */
@SuppressWarnings("serial") // see DecoderLayer
public final class EmbeddingLayer extends DecoderLayer {
  private static final long serialVersionUID = 1L;

  private final Weight table; // [V, C]
  private final Tensor output; // [T, C]
  private final Tensor gradient; // [T, C]

  /**
   * @param table {@code [V, C]}
   * @param gradient of the residual stream, shared by all layers
   */
  public EmbeddingLayer(Kernels kernels, Batch batch, Weight table, Tensor gradient) {
    super(kernels, batch, List.of(table));
    this.table = table;
    this.output = kernels.allocate(gradient.shape());
    this.gradient = gradient;
  }

  @Override
  public void forward() {
    kernels.embed(table.value(), batch.ids(), output, batch.rows());
  }

  /**
   * Forward was {@code y[t] = table[ids[t]]}, so now {@code dTable[ids[t]] += dY[t]}, if trained.
   */
  @Override
  public void backward() {
    if (table.isTrained()) {
      kernels.embedBackward(gradient, batch.ids(), table.settledGradient(kernels), batch.rows());
    }
  }

  @Override
  public Tensor output() {
    return output;
  }

  @Override
  protected Tensor outputGradient() {
    return gradient;
  }
}
