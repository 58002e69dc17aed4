package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file of version 2 or 3, little-endian. Opening it reads and checks the whole header, and
 * that every tensor lies inside the file; tensors are mapped when they are read.
 */
public final class GgufReader {
  private final Path path;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufReader(Path path, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.path = path;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file.
   *
   * @throws HoneException if it is missing, no GGUF file of version 2 or 3, truncated, corrupt, or
   *     has a tensor of a type that hone does not decode
   */
  public static GgufReader open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new HoneException(path + " is not a file; a GGUF file was expected there");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer start =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, Integer.MAX_VALUE));
      return parse(path, new GgufCursor(path, start.order(ByteOrder.LITTLE_ENDIAN)), size);
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  private static GgufReader parse(Path path, GgufCursor cursor, long size) {
    if (!cursor.startsWith("GGUF")) {
      throw new HoneException(path + " is not a GGUF file: it does not begin with GGUF");
    }
    int version = cursor.u32();
    if (version != 2 && version != 3) {
      throw new HoneException(
          path
              + " has GGUF version "
              + version
              + "; hone reads the little-endian versions 2 and 3, convert it with llama.cpp");
    }
    int tensorCount = cursor.count("tensors");
    int pairs = cursor.count("metadata values");
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs; i++) {
      String key = cursor.string();
      if (values.put(key, cursor.value()) != null) {
        throw cursor.broken("has the metadata key " + key + " twice");
      }
    }
    GgufMetadata metadata = new GgufMetadata(path, Collections.unmodifiableMap(values));
    int alignment = metadata.integer("general.alignment").orElse(32);
    if (alignment < 1) {
      throw cursor.broken("has general.alignment 0");
    }
    List<GgufTensor> relative = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      relative.add(tensor(path, cursor));
    }
    long data = (cursor.position() + (long) alignment - 1) / alignment * alignment;
    return new GgufReader(path, metadata, place(cursor, relative, data, alignment, size));
  }

  private static GgufTensor tensor(Path path, GgufCursor cursor) {
    String name = cursor.string();
    int dimensions = cursor.u32();
    if (dimensions > 4) {
      throw cursor.broken("gives tensor " + name + " " + dimensions + " dimensions");
    }
    long[] shape = new long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) {
      shape[i] = cursor.u64();
    }
    GgmlType type = GgmlType.of(cursor.u32(), path + ": tensor " + name);
    GgufTensor tensor = new GgufTensor(name, shape, type, cursor.u64());
    int block = type.format().elements();
    try {
      for (long dimension : shape) {
        if (dimension < 1) {
          throw cursor.broken("gives tensor " + name + " the shape " + TensorInfo.text(shape));
        }
      }
      Math.multiplyExact(tensor.elements(), type.format().bytes());
    } catch (ArithmeticException e) {
      throw cursor.broken(
          "gives tensor " + name + " the impossible size " + TensorInfo.text(shape));
    }
    long row = dimensions == 0 ? 1 : shape[dimensions - 1];
    if (row % block != 0) {
      throw cursor.broken(
          "gives tensor " + name + " rows that are no multiple of the " + block + " of " + type);
    }
    return tensor;
  }

  /** Turns offsets into file positions; no tensor may overlap another or end beyond the file. */
  private static Map<String, GgufTensor> place(
      GgufCursor cursor, List<GgufTensor> relative, long data, int alignment, long size) {
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    long end = 0;
    List<GgufTensor> sorted = new ArrayList<>(relative);
    sorted.sort(Comparator.comparingLong(GgufTensor::position));
    for (GgufTensor tensor : sorted) {
      long offset = tensor.position();
      if (offset < end || offset % alignment != 0) {
        throw cursor.broken(
            "has tensor " + tensor.name() + " at offset " + offset + ", not aligned after " + end);
      }
      if (offset > size - data || tensor.bytes() > size - data - offset) {
        throw cursor.broken(
            "is "
                + size
                + " bytes long but tensor "
                + tensor.name()
                + " ends at byte "
                + (data + offset + tensor.bytes()));
      }
      end = offset + tensor.bytes();
    }
    for (GgufTensor t : relative) {
      GgufTensor placed = new GgufTensor(t.name(), t.shape(), t.type(), data + t.position());
      if (tensors.put(t.name(), placed) != null) {
        throw cursor.broken("has the tensor " + t.name() + " twice");
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The key-value pairs. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** The tensors by name, in the file's order. */
  public Map<String, GgufTensor> tensors() {
    return tensors;
  }

  /**
   * The bytes of a tensor of at most 2 GiB, mapped: native memory, little-endian.
   *
   * @throws HoneException if the file cannot be read, or became shorter
   */
  ByteBuffer map(GgufTensor tensor) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (tensor.position() + tensor.bytes() > channel.size()) {
        throw new HoneException(path + " became shorter after it was opened; do not change it");
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, tensor.position(), tensor.bytes())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  /**
   * The values of a tensor, mapped.
   *
   * @throws HoneException if there is no such tensor
   */
  public GgufValues values(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new HoneException(path + " has no tensor " + name);
    }
    return GgufValues.map(path, tensor);
  }
}
