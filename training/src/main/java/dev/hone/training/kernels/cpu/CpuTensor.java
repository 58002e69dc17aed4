package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.buffer.BaseCpuDataBuffer;

/**
 * A tensor in native memory. Row loops copy a few floats at a time to arrays and back, whatever the
 * type in memory; oneDNN reads it by its address.
 */
abstract sealed class CpuTensor implements Tensor
    permits F32Tensor, Bf16Tensor, SplitTensor, BlockTensor, CodeTensor {
  private final long[] shape;
  private final int width;

  CpuTensor(long[] shape) {
    this.shape = shape;
    this.width = Math.toIntExact(shape[shape.length - 1]);
  }

  @Override
  public final long[] shape() {
    return shape;
  }

  @Override
  public final int width() {
    return width;
  }

  /** Where in memory an element is, if rows follow each other without a gap. */
  abstract long address(int index);

  /** Elements of memory from one row to the next, of rows that are so long. */
  int stride(int rowLength) {
    return rowLength;
  }

  /** Copies {@code count} values from element {@code index} on. */
  abstract void load(int index, float[] target, int offset, int count);

  /** Copies {@code count} values to element {@code index} on. */
  abstract void store(int index, float[] source, int offset, int count);

  /** Copies {@code count} values of another tensor of the same type. */
  abstract void copy(CpuTensor from, int fromIndex, int index, int count);

  /** The memory of an array, which views share with what they are views of. */
  static long address(INDArray array) {
    return ((BaseCpuDataBuffer) array.data()).getOpaqueDataBuffer().primaryBuffer().address();
  }

  static int requireAddressable(long elements, int bytes) {
    // JavaCPP caps a buffer at this many bytes without saying so.
    if (elements > Integer.MAX_VALUE / bytes) {
      throw new IllegalArgumentException(
          "a tensor of %d values of %d bytes is over the %d that one buffer can address"
              .formatted(elements, bytes, Integer.MAX_VALUE / bytes));
    }
    return (int) elements;
  }
}
