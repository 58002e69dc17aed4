package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The decoded elements of one tensor of a GGUF file, row by row. Not thread safe. */
public final class GgufValues implements TensorSource.Values {
  /** Blocks in one mapping: below 2 GiB for every format. */
  private static final int SEGMENT_BLOCKS = 1 << 22;

  private final BlockFormat format;
  private final List<ByteBuffer> segments;
  private final float[] block;

  private GgufValues(BlockFormat format, List<ByteBuffer> segments) {
    this.format = format;
    this.segments = segments;
    this.block = new float[format.elements()];
  }

  static GgufValues map(Path path, GgufTensor tensor) {
    BlockFormat format = tensor.type().format();
    List<ByteBuffer> segments = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (tensor.position() + tensor.bytes() > channel.size()) {
        throw new HoneException(path + " became shorter after it was opened; do not change it");
      }
      long step = (long) SEGMENT_BLOCKS * format.bytes();
      for (long at = 0; at < tensor.bytes(); at += step) {
        segments.add(
            channel
                .map(
                    FileChannel.MapMode.READ_ONLY,
                    tensor.position() + at,
                    Math.min(step, tensor.bytes() - at))
                .order(ByteOrder.LITTLE_ENDIAN));
      }
    } catch (IOException e) {
      throw new HoneException(path + " cannot be read: " + IoProblem.of(e), e);
    }
    return new GgufValues(format, segments);
  }

  @Override
  public void read(long offset, FloatBuffer target) {
    long number = offset / block.length;
    int skip = (int) (offset % block.length);
    while (target.hasRemaining()) {
      ByteBuffer segment = segments.get((int) (number / SEGMENT_BLOCKS));
      format.decode(segment, (int) (number % SEGMENT_BLOCKS) * format.bytes(), block);
      int count = Math.min(block.length - skip, target.remaining());
      target.put(block, skip, count);
      skip = 0;
      number++;
    }
  }
}
