package dev.hone.training.kernels.cpu;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Bytes, seen as the numbers 0 to 255. */
final class CodeTensor extends CpuTensor {
  private final INDArray array;
  private final BytePointer pointer;
  private final ByteBuffer buffer;

  private CodeTensor(INDArray array, BytePointer pointer) {
    super(array.shape());
    this.array = array;
    this.pointer = pointer;
    this.buffer = pointer.asBuffer();
  }

  static CodeTensor zeros(long... shape) {
    INDArray array = AlignedArrays.zeros(DataType.UINT8, shape);
    return new CodeTensor(
        array, new Region(address(array), requireAddressable(array.length(), Byte.BYTES)));
  }

  @Override
  public INDArray array() {
    return array;
  }

  @Override
  long address(int index) {
    return pointer.address() + index;
  }

  @Override
  public long bytes() {
    return length();
  }

  @Override
  void load(int index, float[] target, int offset, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = buffer.get(index + i) & 0xFF;
    }
  }

  @Override
  void store(int index, float[] source, int offset, int count) {
    for (int i = 0; i < count; i++) {
      buffer.put(index + i, (byte) source[offset + i]);
    }
  }

  @Override
  void copy(CpuTensor from, int fromIndex, int index, int count) {
    buffer.put(index, ((CodeTensor) from).buffer, fromIndex, count);
  }

  void loadCodes(int index, byte[] target, int count) {
    buffer.get(index, target, 0, count);
  }

  void storeCodes(int index, byte[] source, int count) {
    buffer.put(index, source, 0, count);
  }

  /** Memory that the array owns, by address. */
  private static final class Region extends BytePointer {
    Region(long start, long values) {
      this.address = start;
      this.limit = values;
      this.capacity = values;
    }
  }
}
