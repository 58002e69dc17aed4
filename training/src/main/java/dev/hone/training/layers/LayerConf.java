package dev.hone.training.layers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What DL4J asks of a layer's configuration. Ours are made after their layers, and only introduce
 * them to the network: a layer is built from weights and sizes, which JSON could not carry.
 */
final class LayerConf extends Layer implements ParamInitializer {
  private static final long serialVersionUID = 1L;

  private final transient DecoderLayer layer;

  LayerConf(String name, DecoderLayer layer) {
    setLayerName(name);
    this.layer = layer;
  }

  /** DL4J clones configurations; the layer they introduce stays the same one. */
  @Override
  public LayerConf clone() {
    return (LayerConf) super.clone();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    layer.setConf(conf);
    layer.setIndex(index);
    layer.setDataType(dataType);
    layer.setListeners(listeners);
    init(conf, parameters, initialize);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return this;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray parameters, boolean initialize) {
    layer.trainedWeights().forEach(weight -> conf.addVariable(weight.key()));
    layer.setParamsViewArray(parameters);
    return layer.paramTable();
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradients) {
    layer.setBackpropGradientsViewArray(gradients);
    Map<String, INDArray> views = new LinkedHashMap<>();
    layer.trainedWeights().forEach(w -> views.put(w.key(), w.gradient().array()));
    return views;
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return layer.numParams();
  }

  @Override
  public long numParams(Layer conf) {
    return layer.numParams();
  }

  @Override
  public List<String> paramKeys(Layer conf) {
    List<String> names = new ArrayList<>();
    layer.trainedWeights().forEach(weight -> names.add(weight.key()));
    return names;
  }

  @Override
  public List<String> weightKeys(Layer conf) {
    return paramKeys(conf);
  }

  @Override
  public List<String> biasKeys(Layer conf) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer conf, String key) {
    return true;
  }

  @Override
  public boolean isBiasParam(Layer conf, String key) {
    return false;
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    return inputType;
  }

  /** Sizes come from the weights, never from the input. */
  @Override
  public void setNIn(InputType inputType, boolean override) {}

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String name) {
    return List.of();
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  /** DL4J's updaters are not used: its Adam adds epsilon before the bias correction. */
  @Override
  public IUpdater getUpdaterByParam(String name) {
    return new NoOp();
  }

  @Override
  public GradientNormalization getGradientNormalization() {
    return GradientNormalization.None;
  }

  @Override
  public double getGradientNormalizationThreshold() {
    return 0;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    throw new UnsupportedOperationException("the buffers belong to the layers, not to DL4J");
  }
}
