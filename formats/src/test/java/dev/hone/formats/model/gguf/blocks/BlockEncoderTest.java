package dev.hone.formats.model.gguf.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class BlockEncoderTest {
  private static final int AT = 5; // a block need not be the first of its buffer

  private static float[] coded(GgmlType type, float[] values, int from) {
    BlockEncoder encoder = (BlockEncoder) type.format();
    ByteBuffer block = ByteBuffer.allocate(AT + encoder.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    encoder.encode(values, from, block, AT);
    float[] decoded = new float[encoder.elements()];
    encoder.decode(block, AT, decoded);
    return decoded;
  }

  /** Error of Gaussian values, as a share of their size: about 2^-bits times three. */
  @ParameterizedTest
  @CsvSource({
    "F32,0",
    "F16,0.0003",
    "BF16,0.003",
    "Q8_0,0.006",
    "Q6_K,0.02",
    "Q5_0,0.05",
    "Q4_K,0.09",
    "Q4_0,0.1"
  })
  void decodesToValuesNearby(GgmlType type, double error) {
    Random random = new Random(3);
    double squares = 0;
    double errors = 0;
    for (int round = 0; round < 50; round++) {
      float[] values = new float[260];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.02 * random.nextGaussian());
      }
      float[] decoded = coded(type, values, 4);
      for (int i = 0; i < decoded.length; i++) {
        squares += values[4 + i] * values[4 + i];
        errors += Math.pow(values[4 + i] - decoded[i], 2);
      }
    }
    assertTrue(Math.sqrt(errors / squares) <= error, type + " " + Math.sqrt(errors / squares));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q4_0", "Q5_0", "Q8_0", "Q4_K", "Q6_K"})
  void zerosStayZeros(GgmlType type) {
    assertArrayEquals(new float[type.format().elements()], coded(type, new float[256], 0), 1e-30f);
  }

  /** 7, -8 and what lies between are the codes themselves: d is 1. */
  @Test
  void whatHasACodeComesBack() {
    float[] values = new float[32];
    for (int i = 0; i < 32; i++) {
      values[i] = i % 16 - 8;
    }
    assertArrayEquals(values, coded(GgmlType.Q4_0, values, 0));
  }

  /**
   * The CRC-32 of the blocks that {@code ggml_quantize_chunk} of llama-cpp-python 0.3.36 (x86-64)
   * makes of these 1024 values.
   */
  @ParameterizedTest
  @CsvSource({
    "Q4_0,3691375447",
    "Q5_0,3993060188",
    "Q8_0,205097707",
    "Q4_K,1509101328",
    "Q6_K,4013614470"
  })
  void makesTheBlocksOfGgml(GgmlType type, long crc) {
    BlockEncoder encoder = (BlockEncoder) type.format();
    float[] values = values();
    byte[] bytes = new byte[values.length / encoder.elements() * encoder.bytes()];
    ByteBuffer blocks = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < values.length / encoder.elements(); block++) {
      encoder.encode(values, block * encoder.elements(), blocks, block * encoder.bytes());
    }
    CRC32 found = new CRC32();
    found.update(bytes);
    assertEquals(crc, found.getValue());
  }

  /** Products of two numbers of a linear congruential generator, so that few values are large. */
  private static float[] values() {
    float[] values = new float[1024];
    long state = 1;
    for (int i = 0; i < values.length; i++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      int signed = (int) ((state >> 8) & 0xffff) - 32768;
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      int size = (int) ((state >> 8) & 0xff) + 1;
      values[i] = signed * size * 0x1p-25f;
    }
    return values;
  }
}
