package dev.hone.formats.model.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The header of a GGUF file of version 3, little-endian. */
final class GgufHeader {
  /** Every tensor begins at a multiple of it. */
  static final int ALIGNMENT = 32;

  private static final int VERSION = 3;
  private static final int I32 = 5;
  private static final int ARRAY = 9;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private GgufHeader() {}

  /**
   * The bytes up to the first tensor.
   *
   * @param metadata Integer becomes u32, Long u64, Float f32; Boolean and String are themselves; a
   *     list is one of strings, or of whole numbers as i32
   */
  static byte[] of(Map<String, Object> metadata, List<GgufWriter.Output> tensors) {
    GgufHeader header = new GgufHeader();
    header.bytes.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    header.u32(VERSION).u64(tensors.size()).u64(metadata.size());
    metadata.forEach(
        (key, value) -> {
          header.string(key).u32(kind(value));
          header.value(value);
        });
    long offset = 0;
    for (GgufWriter.Output tensor : tensors) {
      long[] shape = tensor.source().shape();
      header.string(tensor.source().name()).u32(shape.length);
      for (int i = shape.length - 1; i >= 0; i--) {
        header.u64(shape[i]);
      }
      header.u32(tensor.type().id()).u64(offset);
      offset += padded(tensor.bytes());
    }
    header.bytes.writeBytes(new byte[(int) (padded(header.bytes.size()) - header.bytes.size())]);
    return header.bytes.toByteArray();
  }

  /** The next multiple of the alignment. */
  static long padded(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static int kind(Object value) {
    if (value instanceof Integer) {
      return 4;
    } else if (value instanceof Float) {
      return 6;
    } else if (value instanceof Boolean) {
      return 7;
    } else if (value instanceof String) {
      return 8;
    } else if (value instanceof List) {
      return ARRAY;
    } else if (value instanceof Long) {
      return 10;
    }
    throw new IllegalArgumentException("no metadata value: " + value);
  }

  private void value(Object value) {
    if (value instanceof Integer i) {
      u32(i);
    } else if (value instanceof Float f) {
      u32(Float.floatToRawIntBits(f));
    } else if (value instanceof Boolean flag) {
      bytes.write(flag ? 1 : 0);
    } else if (value instanceof String text) {
      string(text);
    } else if (value instanceof Long number) {
      u64(number);
    } else {
      List<?> list = (List<?>) value;
      boolean numbers = !list.isEmpty() && list.get(0) instanceof Integer;
      u32(numbers ? I32 : kind("")).u64(list.size());
      list.forEach(this::value);
    }
  }

  private GgufHeader u32(int value) {
    bytes.writeBytes(little(4).putInt(value).array());
    return this;
  }

  private GgufHeader u64(long value) {
    bytes.writeBytes(little(8).putLong(value).array());
    return this;
  }

  private GgufHeader string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u64(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
