package dev.hone.formats.model.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.HalfFloats;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes one {@code .safetensors} file. The same tensors always give the same bytes: they are
 * written in the order of their names. Nothing but a complete file is ever seen under the name.
 */
public final class SafetensorsWriter {
  /** Elements converted at a time; all the memory that writing takes. */
  private static final int CHUNK = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes all tensors in one dtype; see {@link #write(Path, Function, Collection)}.
   *
   * @throws HoneException if the file cannot be written
   */
  public static void write(Path path, Dtype dtype, Collection<TensorSource> tensors) {
    write(path, tensor -> dtype, tensors);
  }

  /**
   * Writes tensors, with the metadata {@code format=pt} that Transformers asks for.
   *
   * @param dtype of each tensor: F32; F16 or BF16, which round to nearest, ties to even; or U8, for
   *     values that are whole numbers from 0 to 255
   * @throws HoneException if the file cannot be written
   */
  public static void write(
      Path path, Function<TensorSource, Dtype> dtype, Collection<TensorSource> tensors) {
    tensors.forEach(tensor -> requireWritable(dtype.apply(tensor)));
    List<TensorSource> sorted =
        tensors.stream().sorted(Comparator.comparing(TensorSource::name)).toList();
    try {
      WholeFile.writeBytes(
          path,
          channel -> {
            writeFully(channel, header(dtype, sorted));
            for (TensorSource tensor : sorted) {
              writeTensor(channel, dtype.apply(tensor), tensor);
            }
          });
    } catch (IOException e) {
      throw new HoneException(
          path + " cannot be written: " + IoProblem.of(e) + room(e, dtype, sorted), e);
    }
  }

  /** What to do about a full disk. */
  private static String room(
      IOException e, Function<TensorSource, Dtype> dtypes, List<TensorSource> tensors) {
    String problem = IoProblem.of(e);
    if (!problem.contains("No space left") && !problem.contains("quota exceeded")) {
      return "";
    }
    long bytes =
        tensors.stream()
            .mapToLong(tensor -> TensorInfo.elements(tensor.shape()) * dtypes.apply(tensor).bytes())
            .sum();
    return "; the file needs %d bytes: make room there, or name another directory".formatted(bytes);
  }

  private static void requireWritable(Dtype dtype) {
    if (dtype != Dtype.F32 && dtype != Dtype.F16 && dtype != Dtype.BF16 && dtype != Dtype.U8) {
      throw new IllegalArgumentException("hone writes F32, F16, BF16 and U8, not " + dtype);
    }
  }

  private static ByteBuffer header(Function<TensorSource, Dtype> dtypes, List<TensorSource> tensors)
      throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode header = json.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    Set<String> names = new HashSet<>();
    for (TensorSource tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
      Dtype dtype = dtypes.apply(tensor);
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", dtype.name());
      for (long dimension : tensor.shape()) {
        entry.withArray("shape").add(dimension);
      }
      entry.withArray("shape");
      long end =
          Math.addExact(
              offset, Math.multiplyExact(TensorInfo.elements(tensor.shape()), dtype.bytes()));
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = json.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    // Spaces after the JSON align the first tensor, so that a mapping can be read as floats.
    int padded = (text.length + 63) / 64 * 64 + 56;
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }

  private static void writeTensor(FileChannel channel, Dtype dtype, TensorSource tensor)
      throws IOException {
    long elements = TensorInfo.elements(tensor.shape());
    int room = (int) Math.min(CHUNK, elements);
    ByteBuffer bytes = ByteBuffer.allocateDirect(room * 4).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (long offset = 0; offset < elements; offset += room) {
      floats.clear().limit((int) Math.min(room, elements - offset));
      tensor.values().read(offset, floats);
      if (floats.hasRemaining()) {
        throw new IllegalStateException(
            tensor.name() + " gave " + floats.remaining() + " values too few at " + offset);
      }
      writeFully(channel, encode(dtype, bytes.clear(), floats.limit()));
    }
  }

  /** In place: a smaller value is written at or before the float it is made from. */
  private static ByteBuffer encode(Dtype dtype, ByteBuffer bytes, int count) {
    for (int i = 0; i < count && dtype != Dtype.F32; i++) {
      float value = bytes.getFloat(4 * i);
      if (dtype == Dtype.U8) {
        bytes.put(i, (byte) value);
      } else {
        bytes.putShort(
            2 * i,
            dtype == Dtype.BF16 ? HalfFloats.floatToBf16(value) : HalfFloats.floatToF16(value));
      }
    }
    return bytes.limit(count * dtype.bytes());
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
