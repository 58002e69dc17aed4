package dev.hone.formats.model.gguf.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.gguf.GgmlType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Blocks whose byte i is {@code 37 i + 11}, with the half-precision scales 0x3266 (0.19995) and
 * 0xb19a (-0.17505) written over it. What they decode to was computed by {@code
 * gguf.quants.dequantize} of the Python package gguf 0.19: four of the values, and the CRC-32 of
 * the bits of all of them.
 */
@Tag("unit")
class BlockFormatTest {

  @ParameterizedTest
  @CsvSource({
    "Q4_0,18,0,-1,1190146240,-0.599853515625,0.39990234375,-0.599853515625,0.0",
    "Q4_1,20,0,2,63591700,2.82421875,0.624755859375,1.62451171875,2.224365234375",
    "Q5_0,22,0,-1,3117252500,1.799560546875,-0.39990234375,2.79931640625,0.199951171875",
    "Q5_1,24,0,2,3769977517,3.6240234375,4.623779296875,3.6240234375,0.82470703125",
    "Q8_0,34,0,-1,611164562,16.995849609375,24.39404296875,-18.195556640625,-9.59765625",
    "Q4_K,144,0,2,4193336492,77.11083984375,8.927490234375,87.879638671875,19.323486328125",
    "Q5_K,176,0,2,2163766434,176.28662109375,8.927490234375,212.649169921875,31.320556640625",
    "Q6_K,210,208,-1,4126490568,-286.130126953125,339.1171875,-70.182861328125,-11.9970703125",
  })
  void decodesAsTheReference(
      GgmlType type,
      int bytes,
      int scaleAt,
      int minimumAt,
      long crc,
      float first,
      float second,
      float middle,
      float last) {
    BlockFormat format = type.format();
    assertEquals(bytes, format.bytes());
    int at = 3; // a block need not be the first of its buffer
    ByteBuffer block = ByteBuffer.allocate(at + bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes; i++) {
      block.put(at + i, (byte) (37 * i + 11));
    }
    block.putShort(at + scaleAt, (short) 0x3266);
    if (minimumAt >= 0) {
      block.putShort(at + minimumAt, (short) 0xb19a);
    }
    float[] values = new float[format.elements()];
    format.decode(block, at, values);
    assertArrayEquals(
        new float[] {first, second, middle, last},
        new float[] {values[0], values[1], values[values.length / 2], values[values.length - 1]});
    assertEquals(crc, crc(values));
  }

  @Test
  void plainFloatsAreTheirOwnBlocks() {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(0, 1.5f).putShort(4, (short) 0x3e00).putShort(6, (short) 0x3fc0);
    float[] value = new float[1];
    new F32().decode(data, 0, value);
    assertEquals(1.5f, value[0]);
    new F16().decode(data, 4, value);
    assertEquals(1.5f, value[0]);
    new Bf16().decode(data, 6, value);
    assertEquals(1.5f, value[0]);
  }

  private static long crc(float[] values) {
    ByteBuffer bits = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bits.asFloatBuffer().put(values);
    CRC32 crc = new CRC32();
    crc.update(bits.array());
    return crc.getValue();
  }
}
