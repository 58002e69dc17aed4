package dev.hone.formats.model;

import java.util.List;
import java.util.Optional;

/**
 * The shape of a decoder, as {@code config.json} gives it, with every default of the family filled
 * in.
 *
 * @param modelType {@code model_type}: llama, mistral, qwen2, qwen3
 * @param headDim size of one attention head; {@code hidden_size / num_attention_heads} where the
 *     file has none
 * @param maxPositionEmbeddings longest sequence the model was made for, in tokens
 * @param rmsNormEps added to the mean square
 * @param qkvBias whether q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param mlpBias whether gate, up and down projections have a bias
 * @param qkNorm whether q and k heads are RMS-normalised before RoPE (Qwen3)
 * @param tieWordEmbeddings whether the head is the embedding table
 * @param eosTokenIds any of them ends a generation
 */
public record ModelConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    Rope rope,
    boolean qkvBias,
    boolean outputBias,
    boolean mlpBias,
    boolean qkNorm,
    boolean tieWordEmbeddings,
    Optional<Integer> bosTokenId,
    List<Integer> eosTokenIds) {

  /** The same model with other ids that end a generation. */
  public ModelConfig withEosTokenIds(List<Integer> ids) {
    return new ModelConfig(
        modelType,
        vocabSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        maxPositionEmbeddings,
        rmsNormEps,
        rope,
        qkvBias,
        outputBias,
        mlpBias,
        qkNorm,
        tieWordEmbeddings,
        bosTokenId,
        List.copyOf(ids));
  }

  /** Rotary embedding: {@code rope_theta} and, for Llama 3.1 and later, the frequency scaling. */
  public record Rope(double theta, Optional<Llama3Scaling> scaling) {}

  /**
   * {@code rope_type: llama3}: low frequencies are divided by {@code factor}, middle ones blended.
   */
  public record Llama3Scaling(
      double factor,
      double lowFreqFactor,
      double highFreqFactor,
      int originalMaxPositionEmbeddings) {}
}
