package dev.hone.formats.model.gguf.blocks;

import java.nio.ByteBuffer;

/**
 * A format that is also written. Encoders follow the reference of ggml ({@code ggml-quants.c},
 * {@code quantize_row_*_ref}), in float32 as it does, so that a file has the values that llama.cpp
 * would have given it.
 */
public interface BlockEncoder extends BlockFormat {
  /**
   * Packs one block. Blocks of one buffer can be packed by several threads at once.
   *
   * @param in has {@link #elements} values from {@code from} on
   * @param out little-endian
   * @param at the block's first byte
   */
  void encode(float[] in, int from, ByteBuffer out, int at);
}
