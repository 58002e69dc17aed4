package dev.hone.training.kernels.cpu;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * 32-bit floats, seen three ways without a copy: by pointer, as a direct buffer, as an INDArray.
 */
final class F32Tensor extends CpuTensor {
  private final FloatPointer pointer;
  private final FloatBuffer buffer;
  private INDArray array;

  private F32Tensor(long[] shape, FloatPointer pointer, FloatBuffer buffer, INDArray array) {
    super(shape);
    this.pointer = pointer;
    this.buffer = buffer;
    this.array = array;
  }

  static F32Tensor zeros(long... shape) {
    return of(AlignedArrays.zeros(DataType.FLOAT, shape));
  }

  static F32Tensor of(INDArray array) {
    if (array.dataType() != DataType.FLOAT || array.ordering() != 'c') {
      throw new IllegalArgumentException(
          "CpuKernels computes on dense float arrays in C order, not on "
              + array.shapeInfoToString());
    }
    FloatPointer pointer =
        new Region(address(array), requireAddressable(array.length(), Float.BYTES));
    return new F32Tensor(array.shape(), pointer, pointer.asBuffer(), array);
  }

  static F32Tensor of(FloatBuffer values, long[] shape) {
    FloatBuffer slice = values.slice();
    return new F32Tensor(shape, new FloatPointer(slice), slice, null);
  }

  @Override
  public INDArray array() {
    if (array == null) {
      array =
          Nd4j.create(
              Nd4j.createBuffer(pointer, length(), DataType.FLOAT),
              shape(),
              Nd4j.getStrides(shape(), 'c'),
              0,
              'c',
              DataType.FLOAT);
    }
    return array;
  }

  @Override
  long address(int index) {
    return pointer.address() + (long) Float.BYTES * index;
  }

  @Override
  public long bytes() {
    return length() * Float.BYTES;
  }

  FloatBuffer buffer() {
    return buffer;
  }

  @Override
  void load(int index, float[] target, int offset, int count) {
    buffer.get(index, target, offset, count);
  }

  @Override
  void store(int index, float[] source, int offset, int count) {
    buffer.put(index, source, offset, count);
  }

  @Override
  void copy(CpuTensor from, int fromIndex, int index, int count) {
    buffer.put(index, ((F32Tensor) from).buffer, fromIndex, count);
  }

  /** Memory that somebody else owns, by address. */
  private static final class Region extends FloatPointer {
    Region(long start, long floats) {
      this.address = start;
      this.limit = floats;
      this.capacity = floats;
    }
  }
}
