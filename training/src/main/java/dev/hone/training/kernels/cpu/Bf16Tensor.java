package dev.hone.training.kernels.cpu;

import java.nio.ShortBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Bf16} values, dense or in rows that have gaps behind them. */
final class Bf16Tensor extends CpuTensor {
  /** What a thread converts at a time: a row, or a piece of one. */
  private static final int PIECE = FlatKernels.CHUNK;

  private static final ThreadLocal<short[]> PIECES =
      ThreadLocal.withInitial(() -> new short[PIECE]);

  /**
   * Zeros behind a row that has a gap: oneDNN reads rows to a multiple of this where it may, and
   * multiplies what is there with 0, which leaves a NaN.
   */
  private static final short[] BEHIND = new short[32];

  private final Object owner;
  private final ShortPointer pointer;
  private final ShortBuffer buffer;

  /** Elements of memory behind each row that are not its own. */
  private final int gap;

  private Bf16Tensor(long[] shape, Object owner, ShortPointer pointer, int gap) {
    super(shape);
    this.owner = owner;
    this.gap = gap;
    this.pointer = pointer;
    this.buffer = pointer.asBuffer();
  }

  static Bf16Tensor zeros(long... shape) {
    INDArray array = AlignedArrays.zeros(DataType.BFLOAT16, shape);
    return at(address(array), array.shape(), array);
  }

  /**
   * On memory that is there.
   *
   * @param owner keeps the memory as long as the tensor is used
   */
  static Bf16Tensor at(long start, long[] shape, Object owner) {
    long values = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return new Bf16Tensor(
        shape, owner, new Region(start, requireAddressable(values, Short.BYTES)), 0);
  }

  /** On the memory of floats: each row in the first half of theirs. */
  static Bf16Tensor over(F32Tensor floats) {
    int halves = requireAddressable(floats.length(), Float.BYTES) * 2;
    Region region = new Region(floats.address(0), halves);
    return new Bf16Tensor(floats.shape(), floats, region, floats.width());
  }

  @Override
  public INDArray array() {
    if (owner instanceof INDArray array) {
      return array;
    }
    throw new UnsupportedOperationException("a part of another tensor's memory has no array");
  }

  @Override
  long address(int index) {
    return pointer.address() + (long) Short.BYTES * index;
  }

  @Override
  int stride(int rowLength) {
    return gap == 0 ? rowLength : width() + gap;
  }

  /** The element of memory that has an element. */
  private int place(int index) {
    return gap == 0 ? index : index + index / width() * gap;
  }

  /** How many of so many elements can be converted together. */
  private int piece(int index, int count) {
    int most = Math.min(PIECE, count);
    return gap == 0 ? most : Math.min(most, width() - index % width());
  }

  @Override
  public long bytes() {
    return length() * Short.BYTES;
  }

  @Override
  void load(int index, float[] target, int offset, int count) {
    short[] piece = PIECES.get();
    for (int i = 0; i < count; ) {
      int n = piece(index + i, count - i);
      buffer.get(place(index + i), piece, 0, n);
      Bf16.widen(piece, target, offset + i, n);
      i += n;
    }
  }

  @Override
  void store(int index, float[] source, int offset, int count) {
    short[] piece = PIECES.get();
    for (int i = 0; i < count; ) {
      int n = piece(index + i, count - i);
      Bf16.narrow(source, offset + i, piece, n);
      buffer.put(place(index + i), piece, 0, n);
      i += n;
      if (gap > 0 && (index + i) % width() == 0) {
        buffer.put(place(index + i - 1) + 1, BEHIND, 0, Math.min(gap, BEHIND.length));
      }
    }
  }

  @Override
  void copy(CpuTensor from, int fromIndex, int index, int count) {
    Bf16Tensor other = (Bf16Tensor) from;
    if (gap > 0 || other.gap > 0) {
      throw new UnsupportedOperationException("rows with gaps are not copied in one piece");
    }
    buffer.put(index, other.buffer, fromIndex, count);
  }

  void loadBits(int index, short[] target, int count) {
    buffer.get(index, target, 0, count);
  }

  void storeBits(int index, short[] source, int count) {
    buffer.put(index, source, 0, count);
  }

  /** Memory that somebody else owns, by address. */
  private static final class Region extends ShortPointer {
    Region(long start, long values) {
      this.address = start;
      this.limit = values;
      this.capacity = values;
    }
  }
}
