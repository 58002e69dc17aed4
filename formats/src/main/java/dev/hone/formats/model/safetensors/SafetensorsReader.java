package dev.hone.formats.model.safetensors;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.HalfFloats;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of one {@code .safetensors} file. */
public final class SafetensorsReader implements Weights {
  /** Bytes read at a time. The file channel keeps as many outside the heap, for each thread. */
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path path;
  private final Header header;

  private SafetensorsReader(Path path, Header header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Reads and checks the header; no tensor is read.
   *
   * @throws HoneException if the file is missing, truncated or corrupt, or has a dtype that hone
   *     does not know
   */
  public static SafetensorsReader open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new HoneException(path + " is not a file; a safetensors file was expected there");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new SafetensorsReader(path, Header.read(path, channel));
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The header's {@code __metadata__}, such as {@code format=pt}. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public Set<String> names() {
    return header.tensors().keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    Dtype dtype = entry(name).info().dtype();
    if (!dtype.isFloat()) {
      throw new HoneException(path + ": tensor " + name + " is " + dtype + ", not a float type");
    }
    read(name, offset, target);
  }

  /**
   * As {@link #readFloats}, for a tensor of bytes: the numbers 0 to 255.
   *
   * @throws HoneException if it is not U8, or the file cannot be read
   */
  public void readBytes(String name, long offset, FloatBuffer target) {
    Dtype dtype = entry(name).info().dtype();
    if (dtype != Dtype.U8) {
      throw new HoneException(path + ": tensor " + name + " is " + dtype + ", not U8");
    }
    read(name, offset, target);
  }

  private void read(String name, long offset, FloatBuffer target) {
    Header.Entry entry = entry(name);
    Dtype dtype = entry.info().dtype();
    if (offset < 0 || offset > entry.info().elements() - target.remaining()) {
      throw new HoneException(
          path
              + ": tensor "
              + name
              + " has "
              + entry.info().elements()
              + " elements, but "
              + target.remaining()
              + " from element "
              + offset
              + " were asked for");
    }
    // Read, not mapped: the pages of a mapping stay in memory until the collector finds it.
    long position = entry.position() + offset * dtype.bytes();
    int limit = target.limit();
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, (long) target.remaining() * dtype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (target.position() < limit) {
        int count = Math.min(limit - target.position(), CHUNK_BYTES / dtype.bytes());
        bytes.clear().limit(count * dtype.bytes());
        fill(bytes, channel, position);
        target.limit(target.position() + count);
        convert(dtype, bytes.flip(), target);
        target.limit(limit);
        position += (long) count * dtype.bytes();
      }
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  private void fill(ByteBuffer bytes, FileChannel channel, long position) throws IOException {
    long from = position;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, from);
      if (read < 0) {
        throw shorter();
      }
      from += read;
    }
  }

  private HoneException shorter() {
    return new HoneException(path + " became shorter after it was opened; do not change it");
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    Header.Entry entry = entry(name);
    if (entry.info().dtype() != Dtype.F32 || entry.info().bytes() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    return Optional.of(map(entry.position(), entry.info().bytes()).asFloatBuffer());
  }

  private static void convert(Dtype dtype, ByteBuffer bytes, FloatBuffer target) {
    switch (dtype) {
      case F32 -> target.put(bytes.asFloatBuffer());
      case F64 -> {
        while (target.hasRemaining()) {
          target.put((float) bytes.getDouble());
        }
      }
      case F16 -> {
        while (target.hasRemaining()) {
          target.put(HalfFloats.f16ToFloat(bytes.getShort()));
        }
      }
      case BF16 -> {
        while (target.hasRemaining()) {
          target.put(HalfFloats.bf16ToFloat(bytes.getShort()));
        }
      }
      case U8 -> {
        while (target.hasRemaining()) {
          target.put(bytes.get() & 0xFF);
        }
      }
      default -> throw new IllegalArgumentException("not a float type: " + dtype);
    }
  }

  private ByteBuffer map(long position, long bytes) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (position + bytes > channel.size()) {
        throw shorter();
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, position, bytes)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
  }

  private Header.Entry entry(String name) {
    Header.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new HoneException(path + " has no tensor " + name);
    }
    return entry;
  }
}
