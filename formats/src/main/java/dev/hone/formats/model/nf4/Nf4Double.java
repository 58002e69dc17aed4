package dev.hone.formats.model.nf4;

import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.ByteBuffer;

/**
 * NF4 whose largest magnitudes are quantized as well ("double quantization"): 32 blocks of 64
 * elements, {@code mean f32, scale f32, magnitudes u8[32], codes u8[32][32]}. A block's magnitude
 * is {@code scale * DynamicCodes.value(magnitude) + mean}, its elements are as in {@link Nf4}.
 *
 * <p>In bitsandbytes the mean is kept once a tensor and the scale once for 256 blocks; here both
 * are repeated every 32 blocks, so that any part can be decoded by itself. That is 4.16 bits an
 * element instead of 4.13.
 */
public final class Nf4Double implements BlockFormat {
  static final int BLOCKS = 32;
  static final int HEADER = 2 * Float.BYTES;

  @Override
  public int elements() {
    return BLOCKS * Nf4.ELEMENTS;
  }

  @Override
  public int bytes() {
    return HEADER + BLOCKS + BLOCKS * Nf4.ELEMENTS / 2;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float mean = data.getFloat(at);
    float scale = data.getFloat(at + Float.BYTES);
    for (int block = 0; block < BLOCKS; block++) {
      int code = data.get(at + HEADER + block) & 0xff;
      float absmax = scale * DynamicCodes.value(code) + mean;
      int codes = at + HEADER + BLOCKS + block * Nf4.ELEMENTS / 2;
      Nf4.decode(data, codes, absmax, out, block * Nf4.ELEMENTS);
    }
  }
}
