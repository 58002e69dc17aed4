package dev.hone.formats.model.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files for tests, broken ones included. */
public final class GgufFile {
  private record Tensor(String name, long[] shape, int type, byte[] data) {}

  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private int version = 3;
  private int alignment = 32;

  GgufFile version(int number) {
    version = number;
    return this;
  }

  GgufFile alignment(int bytes) {
    alignment = bytes;
    return put("general.alignment", bytes);
  }

  /** Integer is u32, Long u64; Byte i8, Short i16; the others are themselves. */
  GgufFile put(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  GgufFile remove(String key) {
    metadata.remove(key);
    return this;
  }

  GgufFile withoutTensors() {
    tensors.clear();
    return this;
  }

  GgufFile tensor(String name, int type, byte[] data, long... shape) {
    tensors.add(new Tensor(name, shape, type, data));
    return this;
  }

  GgufFile floats(String name, float[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return tensor(name, 0, data.array(), shape);
  }

  byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(version);
    out.putLong(tensors.size()).putLong(metadata.size());
    metadata.forEach(
        (key, value) -> {
          string(out, key);
          out.putInt(kind(value));
          value(out, value);
        });
    int offset = 0;
    for (Tensor tensor : tensors) {
      string(out, tensor.name());
      out.putInt(tensor.shape().length);
      for (int i = tensor.shape().length - 1; i >= 0; i--) {
        out.putLong(tensor.shape()[i]);
      }
      out.putInt(tensor.type()).putLong(offset);
      offset += padded(tensor.data().length);
    }
    for (Tensor tensor : tensors) {
      out.position(padded(out.position()));
      out.put(tensor.data());
    }
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  Path write(Path path) {
    try {
      return Files.write(path, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int padded(int position) {
    return (position + alignment - 1) / alignment * alignment;
  }

  private static int kind(Object value) {
    if (value instanceof Byte) {
      return 1;
    } else if (value instanceof Short) {
      return 3;
    } else if (value instanceof Integer) {
      return 4;
    } else if (value instanceof Float) {
      return 6;
    } else if (value instanceof Boolean) {
      return 7;
    } else if (value instanceof String) {
      return 8;
    } else if (value instanceof List) {
      return 9;
    } else if (value instanceof Long) {
      return 10;
    }
    return 12;
  }

  private static void value(ByteBuffer out, Object value) {
    if (value instanceof Byte b) {
      out.put(b);
    } else if (value instanceof Short s) {
      out.putShort(s);
    } else if (value instanceof Integer i) {
      out.putInt(i);
    } else if (value instanceof Float f) {
      out.putFloat(f);
    } else if (value instanceof Boolean flag) {
      out.put((byte) (flag ? 1 : 0));
    } else if (value instanceof String s) {
      string(out, s);
    } else if (value instanceof List<?> list) {
      out.putInt(list.isEmpty() ? 4 : kind(list.get(0))).putLong(list.size());
      list.forEach(element -> value(out, element));
    } else if (value instanceof Long number) {
      out.putLong(number);
    } else {
      out.putDouble((Double) value);
    }
  }

  private static void string(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }
}
