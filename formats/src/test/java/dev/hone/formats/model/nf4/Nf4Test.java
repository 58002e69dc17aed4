package dev.hone.formats.model.nf4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class Nf4Test {

  /** 2, -2, 0, 0.32 of a largest magnitude of 2 are codes 15, 0, 7, 9. */
  @Test
  void aBlockByHand() {
    float[] values = new float[64];
    values[0] = 2;
    values[1] = -2;
    values[3] = 0.32f;
    Blocks blocks = encode(values, false);
    ByteBuffer data = blocks.data();
    assertEquals(36, data.limit());
    assertEquals(2f, data.getFloat(0));
    assertEquals((byte) 0xf0, data.get(4));
    assertEquals((byte) 0x79, data.get(5));
    assertEquals((byte) 0x77, data.get(35));
    float[] decoded = new float[4];
    blocks.decode(0, decoded, 0, 4);
    assertArrayEquals(new float[] {2, -2, 0, 2 * 0.1609302f}, decoded);
  }

  /** No value of the table is nearer, at random places and right beside every bound. */
  @Test
  void theCodeIsTheNearest() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      nearest(2 * random.nextFloat() - 1);
    }
    for (int code = 1; code < 16; code++) {
      float bound = (Nf4.value(code - 1) + Nf4.value(code)) / 2;
      for (float step = -3e-7f; step < 3e-7f; step += 5e-8f) {
        nearest(bound + step);
      }
    }
    for (int edge = -32; edge <= 32; edge++) {
      nearest(Math.nextDown(edge / 32f));
      nearest(edge / 32f);
    }
  }

  private static void nearest(float part) {
    double distance = Math.abs(part - Nf4.value(Nf4.code(part)));
    for (int code = 0; code < 16; code++) {
      assertTrue(distance <= Math.abs(part - Nf4.value(code)) + 1e-7, part + " is no " + code);
    }
  }

  @Test
  void theDynamicMapHas256DifferentNumbers() {
    assertEquals(-0.99296874f, DynamicCodes.value(0));
    assertEquals(0f, DynamicCodes.value(127));
    assertEquals(5.5000004e-7f, DynamicCodes.value(128));
    assertEquals(0.99296874f, DynamicCodes.value(254));
    assertEquals(1f, DynamicCodes.value(255));
    for (int code = 0; code < 256; code++) {
      assertEquals(code, DynamicCodes.code(DynamicCodes.value(code)));
      assertTrue(code == 0 || DynamicCodes.value(code) > DynamicCodes.value(code - 1));
    }
    assertEquals(255, DynamicCodes.code(0.9965f));
    assertEquals(254, DynamicCodes.code(0.9964f));
    assertEquals(0, DynamicCodes.code(-1f));
    assertEquals(255, DynamicCodes.code(2f));
  }

  /** Any number of elements; what is decoded is within half a step of what was encoded. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 2047, 2048, 5000, 40_000, 1 << 20, (1 << 20) + 130})
  void nothingMovesFurtherThanHalfAStep(int elements) {
    float[] values = normal(elements, 3);
    for (boolean twice : new boolean[] {false, true}) {
      Blocks blocks = encode(values, twice);
      float[] decoded = new float[elements];
      blocks.decode(0, decoded, 0, elements);
      for (int from = 0; from < elements; from += 64) {
        float largest = 0;
        for (int i = from; i < Math.min(elements, from + 64); i++) {
          largest = Math.max(largest, Math.abs(values[i]));
        }
        for (int i = from; i < Math.min(elements, from + 64); i++) {
          // The widest step of the table is 0.304; a magnitude is off by 1 % of the range of 256.
          double allowed = 0.153 * largest + (twice ? 0.02 : 0);
          assertTrue(Math.abs(values[i] - decoded[i]) <= allowed, "element " + i);
        }
      }
    }
  }

  /** 4.5 bits an element, and 4.16. */
  @Test
  void itsSize() {
    float[] values = normal(1 << 16, 3);
    assertEquals((1 << 16) / 64 * 36, encode(values, false).data().limit());
    assertEquals((1 << 16) / 2048 * 1064, encode(values, true).data().limit());
  }

  /** Only the largest magnitudes change by double quantization, and by little. */
  @Test
  void doubleQuantizationChangesLittle() {
    float[] values = normal(1 << 16, 5);
    float[] once = new float[values.length];
    float[] twice = new float[values.length];
    encode(values, false).decode(0, once, 0, once.length);
    encode(values, true).decode(0, twice, 0, twice.length);
    double squares = 0;
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (double) once[i] * once[i];
      difference += Math.pow(once[i] - twice[i], 2);
    }
    assertTrue(difference > 0);
    assertTrue(Math.sqrt(difference / squares) < 0.005, "" + Math.sqrt(difference / squares));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void randomWeightsHaveTheirDeviation(boolean twice) {
    int elements = 100_000;
    float[] values = new float[elements];
    Nf4Encoder.random(elements, 0.02, twice, 1).decode(0, values, 0, elements);
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    assertEquals(0.02, Math.sqrt(squares / elements), 2e-4);
  }

  /**
   * What bitsandbytes 0.50.2 on torch makes of 40,000 numbers by {@code quantize_4bit(x,
   * blocksize=64, quant_type="nf4")}: the CRC-32 of its codes and of what {@code dequantize_4bit}
   * makes of them.
   */
  @Test
  void theBitsOfBitsandbytes() {
    float[] values = wave();
    Blocks blocks = encode(values, false);
    byte[] codes = new byte[values.length / 2];
    for (int block = 0; block < values.length / 64; block++) {
      blocks.data().get(36 * block + 4, codes, 32 * block, 32);
    }
    assertEquals(3936470043L, crc(codes));
    float[] decoded = new float[values.length];
    blocks.decode(0, decoded, 0, decoded.length);
    ByteBuffer bits = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bits.asFloatBuffer().put(decoded);
    assertEquals(1855387866L, crc(bits.array()));
  }

  /** The same with {@code compress_statistics=True}, where torch sums the mean up in f32. */
  @Test
  void theValuesOfBitsandbytesQuantizedTwice() {
    float[] decoded = new float[40_000];
    encode(wave(), true).decode(0, decoded, 0, decoded.length);
    assertEquals(0.1213038, decoded[0], 1e-7);
    assertEquals(-0.49287987, decoded[1], 1e-6);
    assertEquals(-0.41395485, decoded[20_000], 1e-6);
    assertEquals(-0.75627536, decoded[39_998], 1e-6);
    double sum = 0; // one of the 625 magnitudes lies between two codes
    for (float value : decoded) {
      sum += Math.abs(value);
    }
    assertEquals(19860.8144, sum, 0.5);
  }

  private static float[] wave() {
    float[] values = new float[40_000];
    for (int i = 0; i < values.length; i++) {
      double wave = ((i * 7919L + 12345) % 20011 - 10005) / 10005.0;
      values[i] = (float) (wave * (0.5 + (i / 64 * 37 % 101) / 101.0));
    }
    return values;
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static Blocks encode(float[] values, boolean twice) {
    TensorSource.Values source =
        (offset, target) -> target.put(values, (int) offset, target.remaining());
    return Nf4Encoder.encode(source, values.length, twice);
  }

  private static float[] normal(int elements, long seed) {
    Random random = new Random(seed);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
