package dev.hone.formats.model.hf;

import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
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
public final class DecoderTensors {
  private DecoderTensors() {}

  /** In the order of the layers. */
  public static List<TensorSpec> of(ModelConfig config) {
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
    DecoderStyle style = config.style();
    Biases biases = config.biases();
    if (style.norms().input()) {
      tensors.add(spec(hf + "input_layernorm.weight", gguf + "attn_norm.weight", c));
    }
    if (style.fused()) {
      addLinear(tensors, hf + "self_attn.qkv_proj", gguf + "attn_qkv", q + 2 * kv, c, biases.qkv());
    } else {
      addLinear(tensors, hf + "self_attn.q_proj", gguf + "attn_q", q, c, biases.qkv());
      addLinear(tensors, hf + "self_attn.k_proj", gguf + "attn_k", kv, c, biases.qkv());
      addLinear(tensors, hf + "self_attn.v_proj", gguf + "attn_v", kv, c, biases.qkv());
    }
    if (style.qkNorm() != QkNorm.NONE) {
      boolean heads = style.qkNorm() == QkNorm.HEADS;
      tensors.add(spec(hf + "self_attn.q_norm.weight", gguf + "attn_q_norm.weight", heads ? d : q));
      tensors.add(
          spec(hf + "self_attn.k_norm.weight", gguf + "attn_k_norm.weight", heads ? d : kv));
    }
    addLinear(tensors, hf + "self_attn.o_proj", gguf + "attn_output", c, q, biases.output());
    addNorms(tensors, style.norms(), hf, gguf, c);
    if (style.fused()) {
      addLinear(tensors, hf + "mlp.gate_up_proj", gguf + "ffn_up", 2 * f, c, biases.mlp());
    } else {
      addLinear(tensors, hf + "mlp.gate_proj", gguf + "ffn_gate", f, c, biases.mlp());
      addLinear(tensors, hf + "mlp.up_proj", gguf + "ffn_up", f, c, biases.mlp());
    }
    addLinear(tensors, hf + "mlp.down_proj", gguf + "ffn_down", c, f, biases.mlp());
  }

  /** Llama's post_attention_layernorm stands before the feed-forward; the others' do not. */
  private static void addNorms(
      List<TensorSpec> tensors, DecoderStyle.Norms norms, String hf, String gguf, long c) {
    if (!norms.output()) {
      tensors.add(spec(hf + "post_attention_layernorm.weight", gguf + "ffn_norm.weight", c));
      return;
    }
    tensors.add(
        spec(hf + "post_attention_layernorm.weight", gguf + "post_attention_norm.weight", c));
    if (norms.input()) {
      tensors.add(spec(hf + "pre_feedforward_layernorm.weight", gguf + "ffn_norm.weight", c));
    }
    tensors.add(spec(hf + "post_feedforward_layernorm.weight", gguf + "post_ffw_norm.weight", c));
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
