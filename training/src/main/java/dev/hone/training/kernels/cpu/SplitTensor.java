package dev.hone.training.kernels.cpu;

import java.nio.ShortBuffer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * 32-bit floats in two halves, on the memory of as many floats: first of all elements the {@link
 * Bf16} nearest to them, which products read, and then of all elements the lower 16 bits of the
 * float. So a weight that is trained in f32 needs no copy in bf16.
 *
 * <p>With hi the bits of the bf16 and lo the lower half as a signed number, the bits of the float
 * are {@code (hi << 16) + lo}. So hi is the nearest, and of two that are equally near the one
 * farther from 0. Every float comes back as it was, but for the payload of a NaN.
 *
 * <p>Worked example: 1.00390625 = 1 + 2⁻⁸ has the bits 0x3F808000, so lo is -0x8000 and hi is
 * 0x3F81, which is 1.0078125.
 */
final class SplitTensor extends CpuTensor {
  private static final int PIECE = 2048;

  private static final ThreadLocal<short[][]> PIECES =
      ThreadLocal.withInitial(() -> new short[2][PIECE]);

  private final Bf16Tensor upper;
  private final ShortPointer pointer;
  private final ShortBuffer lower;
  private final F32Tensor memory;
  private final boolean whole;

  private SplitTensor(
      long[] shape, Bf16Tensor upper, ShortPointer pointer, F32Tensor memory, boolean whole) {
    super(shape);
    this.whole = whole;
    this.upper = upper;
    this.pointer = pointer;
    this.lower = pointer.asBuffer();
    this.memory = memory;
  }

  /** On the memory of a tensor, whose values it does not keep: they are anything until written. */
  static SplitTensor on(F32Tensor memory) {
    long start = memory.address(0);
    int length = requireAddressable(memory.length(), Float.BYTES);
    return new SplitTensor(
        memory.shape(),
        Bf16Tensor.at(start, memory.shape(), memory),
        new Region(start + (long) Short.BYTES * length, length),
        memory,
        true);
  }

  /** So many of the elements, on the same memory. */
  SplitTensor run(long from, long length) {
    long[] shape = {length};
    int first = Math.toIntExact(from);
    return new SplitTensor(
        shape,
        Bf16Tensor.at(upper.address(first), shape, memory),
        new Region(pointer.address() + Short.BYTES * from, length),
        memory,
        false);
  }

  /** What products read: the values, rounded, on the same memory. */
  Bf16Tensor upper() {
    return upper;
  }

  /** The floats that both halves lie on; what they are as floats means nothing. */
  @Override
  public INDArray array() {
    if (!whole) {
      throw new UnsupportedOperationException("a run of values in two halves is in two places");
    }
    return memory.array();
  }

  @Override
  long address(int index) {
    throw new UnsupportedOperationException("values in two halves have no address: read upper()");
  }

  @Override
  public long bytes() {
    return length() * Float.BYTES;
  }

  @Override
  void load(int index, float[] target, int offset, int count) {
    short[][] piece = PIECES.get();
    for (int i = 0; i < count; i += PIECE) {
      int n = Math.min(PIECE, count - i);
      upper.loadBits(index + i, piece[0], n);
      lower.get(index + i, piece[1], 0, n);
      Bf16.join(piece[0], piece[1], target, offset + i, n);
    }
  }

  @Override
  void store(int index, float[] source, int offset, int count) {
    short[][] piece = PIECES.get();
    for (int i = 0; i < count; i += PIECE) {
      int n = Math.min(PIECE, count - i);
      Bf16.split(source, offset + i, piece[0], piece[1], n);
      upper.storeBits(index + i, piece[0], n);
      lower.put(index + i, piece[1], 0, n);
    }
  }

  @Override
  void copy(CpuTensor from, int fromIndex, int index, int count) {
    SplitTensor other = (SplitTensor) from;
    upper.copy(other.upper, fromIndex, index, count);
    lower.put(index, other.lower, fromIndex, count);
  }

  /** Memory that somebody else owns, by address. */
  private static final class Region extends ShortPointer {
    Region(long start, long values) {
      super((Pointer) null);
      this.address = start;
      this.limit = values;
      this.capacity = values;
    }
  }
}
