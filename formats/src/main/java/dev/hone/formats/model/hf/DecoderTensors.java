package dev.hone.formats.model.hf;

import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a decoder of the Llama lineage, by Hugging Face's and GGUF's names. It is the one
 * table of names: checks, import, training and saving all read it.
 *
 * <p>Letters: V vocabulary, C hidden size, F intermediate size, H query heads, K key-value heads, D
 * head size.
 */
final class DecoderTensors {
  private DecoderTensors() {}

  static List<TensorSpec> of(ModelConfig config) {
    long c = config.hiddenSize();
    long v = config.vocabSize();
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(spec("model.embed_tokens.weight", "token_embd.weight", v, c));
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      addBlock(tensors, config, "model.layers." + layer + ".", "blk." + layer + ".");
    }
    tensors.add(spec("model.norm.weight", "output_norm.weight", c));
    if (!config.tieWordEmbeddings()) {
      tensors.add(spec("lm_head.weight", "output.weight", v, c));
    }
    return tensors;
  }

  private static void addBlock(
      List<TensorSpec> tensors, ModelConfig config, String hf, String gguf) {
    long c = config.hiddenSize();
    long f = config.intermediateSize();
    long d = config.headDim();
    long q = config.numAttentionHeads() * d;
    long kv = config.numKeyValueHeads() * d;
    tensors.add(spec(hf + "input_layernorm.weight", gguf + "attn_norm.weight", c));
    boolean qkvBias = config.qkvBias();
    addLinear(tensors, hf + "self_attn.q_proj", gguf + "attn_q", q, c, qkvBias);
    addLinear(tensors, hf + "self_attn.k_proj", gguf + "attn_k", kv, c, qkvBias);
    addLinear(tensors, hf + "self_attn.v_proj", gguf + "attn_v", kv, c, qkvBias);
    if (config.qkNorm()) {
      tensors.add(spec(hf + "self_attn.q_norm.weight", gguf + "attn_q_norm.weight", d));
      tensors.add(spec(hf + "self_attn.k_norm.weight", gguf + "attn_k_norm.weight", d));
    }
    addLinear(tensors, hf + "self_attn.o_proj", gguf + "attn_output", c, q, config.outputBias());
    tensors.add(spec(hf + "post_attention_layernorm.weight", gguf + "ffn_norm.weight", c));
    addLinear(tensors, hf + "mlp.gate_proj", gguf + "ffn_gate", f, c, config.mlpBias());
    addLinear(tensors, hf + "mlp.up_proj", gguf + "ffn_up", f, c, config.mlpBias());
    addLinear(tensors, hf + "mlp.down_proj", gguf + "ffn_down", c, f, config.mlpBias());
  }

  private static void addLinear(
      List<TensorSpec> tensors, String hf, String gguf, long out, long in, boolean bias) {
    tensors.add(spec(hf + ".weight", gguf + ".weight", out, in));
    if (bias) {
      tensors.add(spec(hf + ".bias", gguf + ".bias", out));
    }
  }

  private static TensorSpec spec(String name, String gguf, long... shape) {
    return new TensorSpec(name, gguf, shape);
  }
}
