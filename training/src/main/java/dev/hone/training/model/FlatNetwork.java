package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.layers.DecoderLayer;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.NoOp;

/** A network whose two flat arrays are memory as the kernels like it. */
@SuppressWarnings("serial") // DL4J declares networks Serializable; kernels never are.
final class FlatNetwork extends MultiLayerNetwork {
  private static final long serialVersionUID = 1L;

  private final Kernels kernels;

  private FlatNetwork(MultiLayerConfiguration configuration, Kernels kernels) {
    super(configuration);
    this.kernels = kernels;
  }

  /** The network of these layers, first to last. */
  static FlatNetwork of(List<DecoderLayer> layers, Kernels kernels) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dataType(kernels.dataType())
            .updater(new NoOp())
            .miniBatch(false)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .list();
    for (int i = 0; i < layers.size(); i++) {
      list.layer(i, layers.get(i).configuration("layer" + i));
    }
    FlatNetwork network = new FlatNetwork(list.build(), kernels);
    network.init(layers.stream().mapToLong(DecoderLayer::numParams).sum());
    return network;
  }

  /**
   * Gives the layers their parts of the weights.
   *
   * @param length of all weights
   */
  private void init(long length) {
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
