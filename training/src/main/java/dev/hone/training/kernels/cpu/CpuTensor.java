package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.buffer.BaseCpuDataBuffer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor in native memory, seen three ways without a copy: by pointer for oneDNN, as a direct
 * buffer for row loops, as an INDArray for DL4J.
 */
final class CpuTensor implements Tensor {
  /** JavaCPP caps a buffer at this many floats without saying so. */
  private static final long LARGEST = Integer.MAX_VALUE / Float.BYTES;

  private final long[] shape;
  private final int width;
  private final FloatPointer pointer;
  private final FloatBuffer buffer;
  private INDArray array;

  private CpuTensor(long[] shape, FloatPointer pointer, FloatBuffer buffer, INDArray array) {
    this.shape = shape;
    this.width = Math.toIntExact(shape[shape.length - 1]);
    this.pointer = pointer;
    this.buffer = buffer;
    this.array = array;
  }

  static CpuTensor of(INDArray array) {
    if (array.dataType() != DataType.FLOAT || array.ordering() != 'c') {
      throw new IllegalArgumentException(
          "CpuKernels computes on dense float arrays in C order, not on "
              + array.shapeInfoToString());
    }
    if (array.length() > LARGEST) {
      throw new IllegalArgumentException(
          "a tensor of "
              + array.length()
              + " floats is over the "
              + LARGEST
              + " that one buffer can address");
    }
    long start = ((BaseCpuDataBuffer) array.data()).getOpaqueDataBuffer().primaryBuffer().address();
    FloatPointer pointer = new Region(start, array.length());
    return new CpuTensor(array.shape(), pointer, pointer.asBuffer(), array);
  }

  static CpuTensor of(FloatBuffer values, long[] shape) {
    FloatBuffer slice = values.slice();
    return new CpuTensor(shape, new FloatPointer(slice), slice, null);
  }

  @Override
  public long[] shape() {
    return shape;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public INDArray array() {
    if (array == null) {
      array =
          Nd4j.create(
              Nd4j.createBuffer(pointer, length(), DataType.FLOAT),
              shape,
              Nd4j.getStrides(shape, 'c'),
              0,
              'c',
              DataType.FLOAT);
    }
    return array;
  }

  FloatPointer pointer() {
    return pointer;
  }

  FloatBuffer buffer() {
    return buffer;
  }

  /** Copies {@code count} floats from element {@code index} on. */
  void load(int index, float[] target, int offset, int count) {
    buffer.get(index, target, offset, count);
  }

  /** Copies {@code count} floats to element {@code index} on. */
  void store(int index, float[] source, int offset, int count) {
    buffer.put(index, source, offset, count);
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
