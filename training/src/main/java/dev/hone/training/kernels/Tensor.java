package dev.hone.training.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense row-major buffer that a {@link Kernels} made and alone can read. Where its memory is
 * (heap, native, mapped file, device) is the implementation's affair.
 *
 * <p>Activations are allocated once for the largest batch; an operation is told how many of their
 * first {@code rows} it works on.
 */
public interface Tensor {

  /** Sizes of the dimensions. The caller must not change the array. */
  long[] shape();

  /** The same memory as ND4J sees it, made once: calling this in a hot loop costs nothing. */
  INDArray array();

  /** Number of elements. */
  default long length() {
    long length = 1;
    for (long size : shape()) {
      length = Math.multiplyExact(length, size);
    }
    return length;
  }

  /** Bytes of memory that its elements take. */
  long bytes();

  /** Size of the last dimension: the length of one row. */
  default int width() {
    return Math.toIntExact(shape()[shape().length - 1]);
  }
}
