package dev.hone.formats.model;

import java.util.List;
import java.util.Optional;

/**
 * The shape of a decoder, as {@code config.json} gives it, with every default of the family filled
 * in.
 *
 * @param modelType {@code model_type}: llama, mistral, qwen2, gemma3_text, ...
 * @param headDim size of one attention head; {@code hidden_size / num_attention_heads} where the
 *     file has none
 * @param maxPositionEmbeddings longest sequence the model was made for, in tokens
 * @param rmsNormEps added to the mean square
 * @param layers what each layer's attention sees, first to last
 * @param style what the family does otherwise than Llama
 * @param tieWordEmbeddings whether the head is the embedding table
 * @param eosTokenIds any of them ends a generation
 */
public record ModelConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    List<AttentionLayer> layers,
    Biases biases,
    DecoderStyle style,
    boolean tieWordEmbeddings,
    Optional<Integer> bosTokenId,
    List<Integer> eosTokenIds) {

  public ModelConfig {
    layers = List.copyOf(layers);
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /** {@code num_hidden_layers}. */
  public int numHiddenLayers() {
    return layers.size();
  }

  /** What {@code q·k} is multiplied with. */
  public double attentionScale() {
    return style.scales().attention().orElse(1 / Math.sqrt(headDim));
  }

  /** The same model with other ids that end a generation. */
  public ModelConfig withEosTokenIds(List<Integer> ids) {
    return with(vocabSize, ids);
  }

  /** The same model with another number of rows in its embedding. */
  ModelConfig withVocabSize(int rows) {
    return with(rows, eosTokenIds);
  }

  private ModelConfig with(int rows, List<Integer> ids) {
    return new ModelConfig(
        modelType,
        rows,
        hiddenSize,
        intermediateSize,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        maxPositionEmbeddings,
        rmsNormEps,
        layers,
        biases,
        style,
        tieWordEmbeddings,
        bosTokenId,
        ids);
  }

  /**
   * Which projections have a bias.
   *
   * @param qkv q, k and v
   * @param output the attention's output
   * @param mlp gate, up and down
   */
  public record Biases(boolean qkv, boolean output, boolean mlp) {
    public static final Biases NONE = new Biases(false, false, false);
  }
}
