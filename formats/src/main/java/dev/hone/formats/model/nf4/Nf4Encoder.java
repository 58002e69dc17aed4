package dev.hone.formats.model.nf4;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes NF4 of floats, as bitsandbytes' {@code quantize_4bit(blocksize=64, quant_type="nf4")} does.
 * Floats are fetched a million at a time: the whole tensor is never there in f32.
 */
public final class Nf4Encoder {
  private static final int PIECE = 1 << 20;

  /** Magnitudes that share a scale in double quantization. */
  private static final int NESTED = 256;

  private final byte[] codes;
  private final float[] absmax;

  private Nf4Encoder(long elements) {
    Blocks.bytes(new Nf4(), elements);
    int blocks = Math.toIntExact((elements + Nf4.ELEMENTS - 1) / Nf4.ELEMENTS);
    this.codes = new byte[blocks * Nf4.ELEMENTS / 2];
    this.absmax = new float[blocks];
  }

  /**
   * Quantizes a tensor, row by row; blocks do not stop at the ends of rows.
   *
   * @param twice double quantization: {@link Nf4Double} instead of {@link Nf4}
   * @throws dev.hone.formats.HoneException if it has more than four thousand million elements
   */
  public static Blocks encode(TensorSource.Values values, long elements, boolean twice) {
    Nf4Encoder encoder = new Nf4Encoder(elements);
    float[] piece = new float[(int) Math.min(PIECE, encoder.absmax.length * (long) Nf4.ELEMENTS)];
    for (long from = 0; from < elements; from += PIECE) {
      int count = (int) Math.min(PIECE, elements - from);
      values.read(from, FloatBuffer.wrap(piece, 0, count));
      int blocks = (count + Nf4.ELEMENTS - 1) / Nf4.ELEMENTS;
      Arrays.fill(piece, count, blocks * Nf4.ELEMENTS, 0f);
      int first = (int) (from / Nf4.ELEMENTS);
      IntStream.range(0, blocks)
          .parallel()
          .forEach(block -> encoder.block(piece, block * Nf4.ELEMENTS, first + block));
    }
    return encoder.blocks(elements, twice);
  }

  /**
   * Made-up weights without a source, for measuring what a model of some shape costs.
   *
   * @param deviation standard deviation of the values, such as 0.02
   */
  public static Blocks random(long elements, double deviation, boolean twice, long seed) {
    double squares = 0;
    for (int code = 0; code < 16; code++) {
      squares += (double) Nf4.value(code) * Nf4.value(code) / 16;
    }
    Nf4Encoder encoder = new Nf4Encoder(elements);
    new SplittableRandom(seed).nextBytes(encoder.codes);
    Arrays.fill(encoder.absmax, (float) (deviation / Math.sqrt(squares)));
    return encoder.blocks(elements, twice);
  }

  private void block(float[] values, int from, int block) {
    float largest = 0;
    for (int i = 0; i < Nf4.ELEMENTS; i++) {
      largest = Math.max(largest, Math.abs(values[from + i]));
    }
    absmax[block] = largest;
    float factor = largest == 0 ? 0 : 1 / largest;
    int to = block * Nf4.ELEMENTS / 2;
    for (int i = 0; i < Nf4.ELEMENTS / 2; i++) {
      int high = Nf4.code(values[from + 2 * i] * factor);
      int low = Nf4.code(values[from + 2 * i + 1] * factor);
      codes[to + i] = (byte) (high << 4 | low);
    }
  }

  private Blocks blocks(long elements, boolean twice) {
    BlockFormat format = twice ? new Nf4Double() : new Nf4();
    ByteBuffer out =
        ByteBuffer.allocate(Blocks.bytes(format, elements)).order(ByteOrder.LITTLE_ENDIAN);
    if (twice) {
      putTwice(out);
    } else {
      for (int block = 0; block < absmax.length; block++) {
        out.putFloat(absmax[block]).put(codes, block * Nf4.ELEMENTS / 2, Nf4.ELEMENTS / 2);
      }
    }
    return new Blocks(format, out.rewind(), elements);
  }

  /** Magnitudes less their mean, in parts of the largest of 256 of them. */
  private void putTwice(ByteBuffer out) {
    double sum = 0;
    for (float magnitude : absmax) {
      sum += magnitude;
    }
    float mean = (float) (sum / absmax.length);
    float scale = 0;
    for (int first = 0; first < absmax.length; first += Nf4Double.BLOCKS) {
      if (first % NESTED == 0) {
        scale = 0;
        for (int i = first; i < Math.min(first + NESTED, absmax.length); i++) {
          scale = Math.max(scale, Math.abs(absmax[i] - mean));
        }
      }
      int count = Math.min(Nf4Double.BLOCKS, absmax.length - first);
      int at = out.position();
      out.putFloat(mean).putFloat(scale);
      for (int i = 0; i < count; i++) {
        float part = scale == 0 ? 0 : (absmax[first + i] - mean) / scale;
        out.put((byte) DynamicCodes.code(part));
      }
      out.position(at + Nf4Double.HEADER + Nf4Double.BLOCKS);
      out.put(codes, first * Nf4.ELEMENTS / 2, count * Nf4.ELEMENTS / 2);
      out.position(at + new Nf4Double().bytes());
    }
  }
}
