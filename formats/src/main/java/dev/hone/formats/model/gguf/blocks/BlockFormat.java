package dev.hone.formats.model.gguf.blocks;

import java.nio.ByteBuffer;

/** One way of packing consecutive elements of a row into bytes. */
public interface BlockFormat {
  /** Elements in a block. */
  int elements();

  /** Bytes of a block. */
  int bytes();

  /**
   * Unpacks one block.
   *
   * @param data little-endian
   * @param at the block's first byte
   * @param out its first {@link #elements} values are set
   */
  void decode(ByteBuffer data, int at, float[] out);
}
