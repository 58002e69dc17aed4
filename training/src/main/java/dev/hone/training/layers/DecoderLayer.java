package dev.hone.training.layers;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What DL4J asks of a layer, so that a layer of the decoder is its {@link #forward} and {@link
 * #backward}. Input, output and gradients stay where they are: the arrays that DL4J hands from
 * layer to layer are those same buffers, whole, of whose rows the {@link Batch} says how many
 * count.
 */
@SuppressWarnings("serial") // DL4J declares layers Serializable; buffers and kernels never are.
public abstract class DecoderLayer extends AbstractLayer<Layer> {
  private static final long serialVersionUID = 1L;

  protected final Kernels kernels;
  protected final Batch batch;
  private final List<Weight> trainedWeights;
  private final DefaultGradient gradients = new DefaultGradient();
  private INDArray parameterView;
  private INDArray gradientView;
  private Runnable afterBackward = () -> {};

  /**
   * @param batch what every pass works on
   * @param weights the layer's own weights; a trained one must belong to exactly one layer
   */
  protected DecoderLayer(Kernels kernels, Batch batch, List<Weight> weights) {
    this.kernels = kernels;
    this.batch = batch;
    this.trainedWeights = weights.stream().filter(Weight::isTrained).toList();
  }

  /** Fills {@link #output} from the layer's input, for the rows of the batch. */
  public abstract void forward();

  /**
   * Turns the shared gradient of the output into that of the input, and adds to weight gradients.
   */
  public abstract void backward();

  /** {@code [T, C]}, what the next layer reads. */
  public abstract Tensor output();

  /** {@code [T, C]}, the gradient that passes through all layers, changed in place. */
  protected abstract Tensor outputGradient();

  /** The configuration that introduces this layer to a network. */
  public Layer configuration(String name) {
    return new LayerConf(name, this);
  }

  /** What a network's backward pass does when it has come through this layer; nothing at first. */
  public void afterBackward(Runnable work) {
    afterBackward = work;
  }

  /** The backward pass, and what was asked for after it. */
  public void backwardAndTell() {
    backward();
    afterBackward.run();
  }

  /** The weights in the flat parameter array, in its order. */
  public List<Weight> trainedWeights() {
    return trainedWeights;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    forward();
    return output().array();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    backwardAndTell();
    return new Pair<>(gradients, outputGradient().array());
  }

  @Override
  public void setParamsViewArray(INDArray view) {
    parameterView = view;
    long offset = 0;
    for (Weight weight : trainedWeights) {
      bindValue(weight, slice(view, offset, weight));
      offset += weight.length();
    }
  }

  private void bindValue(Weight weight, Tensor memory) {
    Tensor value = memory.shape().length < 2 ? memory : kernels.trained(memory);
    weight.bindValue(value, memory.shape().length < 2 ? memory : kernels.operandOf(value));
  }

  /**
   * Gives every trained weight and its gradient memory without a network, which would give it parts
   * of two arrays of the same size in all.
   *
   * @param values allocates the weights
   * @param gradients allocates the gradients
   */
  public void allocateWeights(Kernels values, Kernels gradients) {
    for (Weight weight : trainedWeights) {
      bindValue(weight, values.allocate(weight.shape()));
      weight.bindGradient(gradients.allocate(weight.shape()));
    }
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradientView = view;
    long offset = 0;
    for (Weight weight : trainedWeights) {
      weight.bindGradient(slice(view, offset, weight));
      gradients.setGradientFor(weight.key(), weight.gradient().array());
      offset += weight.length();
    }
  }

  private Tensor slice(INDArray view, long offset, Weight weight) {
    INDArray part = view.get(interval(offset, offset + weight.length()));
    return kernels.wrap(part.reshape('c', weight.shape()));
  }

  @Override
  public INDArray params() {
    return parameterView;
  }

  @Override
  public void setParams(INDArray parameters) {
    if (parameters != parameterView) {
      parameterView.assign(parameters);
    }
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradientView;
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    trainedWeights.forEach(weight -> table.put(weight.key(), weight.value().array()));
    return table;
  }

  @Override
  public INDArray getParam(String name) {
    return paramTable(true).get(name);
  }

  @Override
  public void setParam(String name, INDArray values) {
    getParam(name).assign(values);
  }

  @Override
  public long numParams() {
    return trainedWeights.stream().mapToLong(Weight::length).sum();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {}

  /** DL4J clears layers between passes; the buffers are the point of ours. */
  @Override
  public void clear() {}
}
