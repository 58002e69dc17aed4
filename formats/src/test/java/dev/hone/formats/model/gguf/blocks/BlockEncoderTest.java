package dev.hone.formats.model.gguf.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
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
}
