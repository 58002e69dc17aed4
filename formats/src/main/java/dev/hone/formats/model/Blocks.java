package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Quantized elements, as bytes: one block after the other, the last one padded if the elements are
 * no multiple of a block.
 *
 * <p>Worked example: 100 elements of Q8_0 (32 elements in 34 bytes) are 4 blocks, 136 bytes;
 * element 33 is the second of the block that begins at byte 34.
 *
 * @param format how a block is decoded
 * @param data little-endian, the blocks from 0 to its limit
 * @param elements how many elements count
 */
public record Blocks(BlockFormat format, ByteBuffer data, long elements) {
  public Blocks {
    data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (data.limit() != bytes(format, elements)) {
      throw new IllegalArgumentException(
          "%d elements of %s are %d bytes, not %d"
              .formatted(
                  elements,
                  format.getClass().getSimpleName(),
                  bytes(format, elements),
                  data.limit()));
    }
  }

  /**
   * Bytes of that many elements.
   *
   * @throws HoneException if one buffer cannot hold them
   */
  public static int bytes(BlockFormat format, long elements) {
    long blocks = (elements + format.elements() - 1) / format.elements();
    long bytes = Math.multiplyExact(blocks, format.bytes());
    if (bytes > Integer.MAX_VALUE) {
      throw new HoneException(
          "a tensor of %d elements takes %d bytes as %s blocks; one of at most %d can be kept quantized"
              .formatted(elements, bytes, format.getClass().getSimpleName(), Integer.MAX_VALUE));
    }
    return (int) bytes;
  }

  /** Decodes {@code count} elements from {@code from} on to {@code out[offset]} and on. */
  public void decode(long from, float[] out, int offset, int count) {
    float[] block = new float[format.elements()];
    int done = 0;
    while (done < count) {
      long number = (from + done) / block.length;
      int skip = (int) ((from + done) % block.length);
      int taken = Math.min(block.length - skip, count - done);
      format.decode(data, Math.toIntExact(number * format.bytes()), block);
      System.arraycopy(block, skip, out, offset + done, taken);
      done += taken;
    }
  }
}
