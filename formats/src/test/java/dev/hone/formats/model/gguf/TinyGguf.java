package dev.hone.formats.model.gguf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A Llama model of one layer and a byte-level vocabulary of a few words, as a GGUF file. */
final class TinyGguf {
  /**
   * Ids 0 to 3 are control tokens, 4 is user-defined; then letters and what merges make of them.
   */
  static final List<String> TOKENS =
      List.of(
          "<unk>", "<s>", "</s>", "<|eot|>", "<think>", "h", "e", "l", "o", "Ġ", "w", "r", "d", "1",
          "2", "Ċ", "he", "ll", "Ġw", "hell");

  private TinyGguf() {}

  static GgufFile llama() {
    int vocabulary = TOKENS.size();
    List<Object> types = new ArrayList<>();
    for (int id = 0; id < vocabulary; id++) {
      types.add(id < 4 ? 3 : id == 4 ? 4 : 1);
    }
    return new GgufFile()
        .put("general.architecture", "llama")
        .put("llama.context_length", 64)
        .put("llama.embedding_length", 8)
        .put("llama.block_count", 1)
        .put("llama.feed_forward_length", 12)
        .put("llama.attention.head_count", 2)
        .put("llama.attention.head_count_kv", 1)
        .put("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .put("llama.rope.freq_base", 10000f)
        .put("llama.rope.dimension_count", 4)
        .put("tokenizer.ggml.model", "gpt2")
        .put("tokenizer.ggml.pre", "smollm")
        .put("tokenizer.ggml.tokens", TOKENS)
        .put("tokenizer.ggml.token_type", types)
        .put("tokenizer.ggml.merges", List.of("h e", "l l", "Ġ w", "he ll"))
        .put("tokenizer.ggml.unknown_token_id", 0)
        .put("tokenizer.ggml.bos_token_id", 1)
        .put("tokenizer.ggml.eos_token_id", 2)
        .put("tokenizer.ggml.eot_token_id", 3)
        .put("tokenizer.chat_template", "{{ messages }}")
        .floats("token_embd.weight", new float[vocabulary * 8], vocabulary, 8)
        .floats("blk.0.attn_norm.weight", new float[8], 8)
        .floats("blk.0.attn_q.weight", new float[64], 8, 8)
        .floats("blk.0.attn_k.weight", keys(), 4, 8)
        .floats("blk.0.attn_v.weight", new float[32], 4, 8)
        .floats("blk.0.attn_output.weight", new float[64], 8, 8)
        .floats("blk.0.ffn_norm.weight", new float[8], 8)
        .floats("blk.0.ffn_gate.weight", new float[96], 12, 8)
        .floats("blk.0.ffn_up.weight", new float[96], 12, 8)
        .floats("blk.0.ffn_down.weight", new float[96], 8, 12)
        .floats("output_norm.weight", new float[8], 8);
  }

  /**
   * A llama whose matrices are blocks of random codes: Q8_0 the embedding, Q4_1 the others. A head
   * has 16 elements, the hidden size is 32.
   */
  static GgufFile quantized() {
    GgufFile file =
        llama()
            .withoutTensors()
            .put("llama.embedding_length", 32)
            .put("llama.feed_forward_length", 64)
            .put("llama.rope.dimension_count", 16);
    for (String norm : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
      file.floats(norm + ".weight", new float[32], 32);
    }
    return file.tensor("token_embd.weight", 8, blocks(34, TOKENS.size()), TOKENS.size(), 32)
        .tensor("blk.0.attn_q.weight", 3, blocks(20, 32), 32, 32)
        .tensor("blk.0.attn_k.weight", 3, blocks(20, 16), 16, 32)
        .tensor("blk.0.attn_v.weight", 3, blocks(20, 16), 16, 32)
        .tensor("blk.0.attn_output.weight", 3, blocks(20, 32), 32, 32)
        .tensor("blk.0.ffn_gate.weight", 3, blocks(20, 64), 64, 32)
        .tensor("blk.0.ffn_up.weight", 3, blocks(20, 64), 64, 32)
        .tensor("blk.0.ffn_down.weight", 3, blocks(20, 64), 32, 64);
  }

  private static byte[] blocks(int bytes, int count) {
    byte[] data = new byte[bytes * count];
    new Random(count).nextBytes(data);
    for (int block = 0; block < count; block++) {
      data[block * bytes + 1] = 0x2e; // scales and minimums of about 0.1
      data[block * bytes + 3] = 0x2e;
    }
    return data;
  }

  /** Row r of the head holds r, and r + 0.5 at its end; the file has rows 0, 2, 1, 3. */
  private static float[] keys() {
    float[] keys = new float[4 * 8];
    int[] fileOrder = {0, 2, 1, 3};
    for (int i = 0; i < 4; i++) {
      keys[8 * i] = fileOrder[i];
      keys[8 * i + 7] = fileOrder[i] + 0.5f;
    }
    return keys;
  }
}
