package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.WholeFile;
import dev.hone.formats.model.gguf.blocks.BlockEncoder;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes GGUF files, which {@link GgufReader} reads. Of the tensors a few megabytes are in memory
 * at a time; their blocks are made by all cores. Nothing but a complete file is ever seen under the
 * name.
 */
public final class GgufWriter {
  /** Elements converted at a time: whole blocks of every format. */
  private static final int CHUNK = 1 << 20;

  /** Elements that one core converts at a time. */
  private static final int PIECE = 1 << 14;

  private GgufWriter() {}

  /**
   * A tensor to be written.
   *
   * @param source under GGUF's name, in GGUF's order of rows
   * @param type one that hone writes; a row is whole blocks
   */
  public record Output(TensorSource source, GgmlType type) {
    /** Size in the file, in bytes. */
    long bytes() {
      long elements = TensorInfo.elements(source.shape());
      return elements / type.format().elements() * type.format().bytes();
    }
  }

  /**
   * Writes a file.
   *
   * @param metadata in the file's order: Integer is u32, Long u64, Float f32; Boolean, String, and
   *     lists of String or Integer (i32)
   * @throws HoneException if the file cannot be written
   */
  public static void write(Path path, Map<String, Object> metadata, List<Output> tensors) {
    try {
      WholeFile.writeBytes(
          path,
          channel -> {
            writeFully(channel, ByteBuffer.wrap(GgufHeader.of(metadata, tensors)));
            for (Output tensor : tensors) {
              write(channel, tensor);
            }
          });
    } catch (IOException e) {
      throw new HoneException(path + " cannot be written: " + IoProblem.of(e), e);
    }
  }

  private static void write(FileChannel channel, Output tensor) throws IOException {
    BlockEncoder encoder = tensor.type().encoder();
    long elements = TensorInfo.elements(tensor.source().shape());
    int room = (int) Math.min(CHUNK, elements);
    float[] values = new float[room];
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(room / encoder.elements() * encoder.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long offset = 0; offset < elements; offset += room) {
      int count = (int) Math.min(room, elements - offset);
      FloatBuffer target = FloatBuffer.wrap(values, 0, count);
      tensor.source().values().read(offset, target);
      if (target.hasRemaining()) {
        throw new IllegalStateException(
            tensor.source().name() + " gave " + target.remaining() + " values too few");
      }
      encode(encoder, values, count, bytes);
      writeFully(channel, bytes.clear().limit(count / encoder.elements() * encoder.bytes()));
    }
    writeFully(
        channel, ByteBuffer.allocate((int) (GgufHeader.padded(tensor.bytes()) - tensor.bytes())));
  }

  private static void encode(BlockEncoder encoder, float[] values, int count, ByteBuffer bytes) {
    int block = encoder.elements();
    IntStream.range(0, (count + PIECE - 1) / PIECE)
        .parallel()
        .forEach(
            piece -> {
              int end = Math.min(count, (piece + 1) * PIECE);
              for (int from = piece * PIECE; from < end; from += block) {
                encoder.encode(values, from, bytes, from / block * encoder.bytes());
              }
            });
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
