package dev.hone.training.kernels;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Quantized matrices of random bytes, whose scales are finite. */
public final class RandomBlocks {
  private RandomBlocks() {}

  /** Elements of a type, a whole number of blocks. */
  public static Blocks of(GgmlType type, int elements, long seed) {
    int bytes = type.format().bytes();
    byte[] data = new byte[Blocks.bytes(type.format(), elements)];
    new Random(seed).nextBytes(data);
    for (int block = 0; block < data.length; block += bytes) {
      for (int at : scales(type)) {
        data[block + at + 1] &= (byte) 0xbf; // an exponent below that of 2
      }
    }
    return new Blocks(type.format(), ByteBuffer.wrap(data), elements);
  }

  private static List<Integer> scales(GgmlType type) {
    return switch (type) {
      case F32 -> List.of(2);
      case Q6_K -> List.of(208);
      case Q4_1, Q5_1, Q4_K, Q5_K -> List.of(0, 2);
      default -> List.of(0);
    };
  }
}
