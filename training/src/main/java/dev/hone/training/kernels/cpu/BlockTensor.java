package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A quantized matrix in native memory. Nothing but {@link #load} sees it, which decodes: {@link
 * BlockProducts} moves it tile by tile to what oneDNN reads.
 */
final class BlockTensor extends CpuTensor {
  private static final ThreadLocal<Piece> PIECES = ThreadLocal.withInitial(Piece::new);

  private final BlockFormat format;
  private final BlockDecoder decoder;
  private final ByteBuffer data;

  @SuppressWarnings("unused") // keeps the memory of data
  private final BytePointer owner;

  private BlockTensor(long[] shape, BlockFormat format, ByteBuffer data, BytePointer owner) {
    super(shape);
    this.format = format;
    this.decoder = BlockDecoder.of(format);
    this.data = data;
    this.owner = owner;
  }

  static BlockTensor of(Blocks blocks, long[] shape) {
    BytePointer owner = null;
    ByteBuffer data = blocks.data();
    if (!data.isDirect()) {
      owner = new BytePointer((long) data.limit());
      data = owner.asByteBuffer().put(data.duplicate().rewind());
    }
    BlockTensor tensor = new BlockTensor(shape, blocks.format(), data, owner);
    if (tensor.length() != blocks.elements()) {
      throw new IllegalArgumentException(
          "%d elements in blocks for a tensor of %d".formatted(blocks.elements(), tensor.length()));
    }
    requireAddressable(tensor.length(), 1); // elements are counted in ints
    return tensor;
  }

  /** Elements that share a block. */
  int blockElements() {
    return format.elements();
  }

  @Override
  public long bytes() {
    return data.limit();
  }

  @Override
  public INDArray array() {
    throw new UnsupportedOperationException("a quantized tensor is no array");
  }

  @Override
  long address(int index) {
    throw new UnsupportedOperationException("a product cannot read a quantized tensor");
  }

  /** Decodes: whole blocks straight to the target, those at both ends by way of a buffer. */
  @Override
  void load(int index, float[] target, int offset, int count) {
    Piece piece = PIECES.get();
    int size = format.elements();
    int done = 0;
    while (done < count) {
      int block = (index + done) / size;
      int skip = (index + done) % size;
      int whole = skip == 0 ? Math.min((count - done) / size, piece.blocks(format)) : 0;
      int read = Math.max(1, whole);
      byte[] bytes = piece.bytes(read * format.bytes());
      data.get(block * format.bytes(), bytes, 0, read * format.bytes());
      if (whole > 0) {
        decoder.decode(bytes, 0, whole, target, offset + done);
        done += whole * size;
      } else {
        float[] values = piece.values(size);
        decoder.decode(bytes, 0, 1, values, 0);
        int taken = Math.min(size - skip, count - done);
        System.arraycopy(values, skip, target, offset + done, taken);
        done += taken;
      }
    }
  }

  @Override
  void store(int index, float[] source, int offset, int count) {
    throw new UnsupportedOperationException("a quantized tensor is not written");
  }

  @Override
  void copy(CpuTensor from, int fromIndex, int index, int count) {
    throw new UnsupportedOperationException("a quantized tensor is not written");
  }

  /** The arrays of one thread: blocks as they are stored, and one decoded block. */
  private static final class Piece {
    /** Blocks are taken out of native memory so many bytes at a time. */
    private static final int BYTES = 1 << 14;

    private byte[] bytes = new byte[BYTES];
    private float[] values = new float[0];

    int blocks(BlockFormat format) {
      return Math.max(1, BYTES / format.bytes());
    }

    byte[] bytes(int size) {
      if (bytes.length < size) {
        bytes = new byte[size];
      }
      return bytes;
    }

    float[] values(int size) {
      if (values.length < size) {
        values = new float[size];
      }
      return values;
    }
  }
}
