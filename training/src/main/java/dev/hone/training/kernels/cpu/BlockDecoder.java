package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.gguf.blocks.F16;
import dev.hone.formats.model.gguf.blocks.Q40;
import dev.hone.formats.model.gguf.blocks.Q41;
import dev.hone.formats.model.gguf.blocks.Q4K;
import dev.hone.formats.model.gguf.blocks.Q50;
import dev.hone.formats.model.gguf.blocks.Q51;
import dev.hone.formats.model.gguf.blocks.Q5K;
import dev.hone.formats.model.gguf.blocks.Q6K;
import dev.hone.formats.model.gguf.blocks.Q80;
import dev.hone.formats.model.nf4.Nf4;
import dev.hone.formats.model.nf4.Nf4Double;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decodes blocks by the million, to the very bits of their {@link BlockFormat}, which says what
 * they mean. The usual formats have a decoder of their own, by vectors.
 */
interface BlockDecoder {

  /**
   * Decodes consecutive blocks.
   *
   * @param at first byte of the first
   * @param offset of the first element in out
   */
  void decode(byte[] data, int at, int blocks, float[] out, int offset);

  /** The fastest there is for a format. */
  static BlockDecoder of(BlockFormat format) {
    if (format instanceof Nf4) {
      return Nf4Decoder::once;
    }
    if (format instanceof Nf4Double) {
      return Nf4Decoder::twice;
    }
    if (format instanceof F16) {
      return HalfDecoder::f16;
    }
    if (format instanceof dev.hone.formats.model.gguf.blocks.Bf16) {
      return HalfDecoder::bf16;
    }
    return Codes.BYTES == null ? plain(format) : byVectors(format);
  }

  private static BlockDecoder byVectors(BlockFormat format) {
    if (format instanceof Q40) {
      return Q4Decoder::centred;
    }
    if (format instanceof Q41) {
      return Q4Decoder::shifted;
    }
    if (format instanceof Q50) {
      return Q5Decoder::centred;
    }
    if (format instanceof Q51) {
      return Q5Decoder::shifted;
    }
    if (format instanceof Q80) {
      return Q8Decoder::decode;
    }
    if (format instanceof Q4K) {
      return Q4KDecoder::decode;
    }
    if (format instanceof Q5K) {
      return Q5KDecoder::decode;
    }
    if (format instanceof Q6K) {
      return Q6KDecoder::decode;
    }
    return plain(format);
  }

  /** The format itself, block by block. */
  static BlockDecoder plain(BlockFormat format) {
    return (data, at, blocks, out, offset) -> {
      ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[format.elements()];
      for (int i = 0; i < blocks; i++) {
        format.decode(buffer, at + i * format.bytes(), values);
        System.arraycopy(values, 0, out, offset + i * values.length, values.length);
      }
    };
  }
}
