package dev.hone.training.layers;

import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.List;

/** Token ids to the residual stream: {@code y[t] = scale * table[ids[t]]}. */
@SuppressWarnings("serial") // see DecoderLayer
public final class EmbeddingLayer extends DecoderLayer {
  private static final long serialVersionUID = 1L;

  /** Stands where the dropout of a module has its number. */
  private static final int NOISE = -1;

  private final Weight table; // [V, C]
  private final double scale;
  private final Tensor output; // [T, C]
  private final Tensor gradient; // [T, C]

  /**
   * @param table {@code [V, C]}
   * @param scale of what is taken from the table
   * @param gradient of the residual stream, shared by all layers
   */
  public EmbeddingLayer(Kernels kernels, Batch batch, Weight table, double scale, Tensor gradient) {
    super(kernels, batch, List.of(table));
    this.table = table;
    this.scale = scale;
    this.output = kernels.allocate(gradient.shape());
    this.gradient = gradient;
  }

  @Override
  public void forward() {
    kernels.embed(table.value(), batch.ids(), scale, output, batch.rows());
    if (batch.embeddingNoise() > 0) {
      addNoise();
    }
  }

  private void addNoise() {
    Documents documents = batch.documents();
    for (int i = 0; i < documents.count(); i++) {
      int length = documents.length(i);
      double magnitude = batch.embeddingNoise() / Math.sqrt((double) length * output.width());
      long seed = batch.dropoutSeed(NOISE, output.width());
      kernels.addNoise(output, documents.starts()[i], length, magnitude, seed);
    }
  }

  /**
   * Forward was {@code y[t] = scale * table[ids[t]]}, so now {@code dTable[ids[t]] += scale *
   * dY[t]}, if trained.
   */
  @Override
  public void backward() {
    if (table.isTrained()) {
      table.addTo(
          kernels, sum -> kernels.embedBackward(gradient, batch.ids(), scale, sum, batch.rows()));
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
