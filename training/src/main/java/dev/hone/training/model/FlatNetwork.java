package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A network whose two flat arrays are memory as the kernels like it. */
@SuppressWarnings("serial") // DL4J declares networks Serializable; kernels never are.
final class FlatNetwork extends MultiLayerNetwork {
  private static final long serialVersionUID = 1L;

  private final Kernels kernels;

  FlatNetwork(MultiLayerConfiguration configuration, Kernels kernels) {
    super(configuration);
    this.kernels = kernels;
  }

  /**
   * Gives the layers their parts of the weights.
   *
   * @param length of all weights
   */
  void init(long length) {
    init(length == 0 ? null : kernels.flat(length), false);
  }

  /** As DL4J's, which allocates the array itself. */
  @Override
  public void initGradientsView() {
    if (numParams() > 0) {
      flattenedGradients = kernels.flat(numParams());
      setBackpropGradientsViewArray(flattenedGradients);
    }
  }
}
