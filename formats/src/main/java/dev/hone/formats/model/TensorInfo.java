package dev.hone.formats.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A tensor of a weight file: {@code [out, in]} for a linear layer, as Hugging Face stores it.
 *
 * @param dtype type of the stored elements
 * @param shape outermost dimension first; empty for a scalar
 */
public record TensorInfo(Dtype dtype, long[] shape) {

  /** Number of elements; the file's header has been checked, so this does not overflow. */
  public long elements() {
    return elements(shape);
  }

  /** Size in the file, in bytes. */
  public long bytes() {
    return elements() * dtype.bytes();
  }

  /**
   * Product of the dimensions.
   *
   * @throws ArithmeticException if it exceeds a long
   */
  public static long elements(long[] shape) {
    long product = 1;
    for (long dimension : shape) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  /** {@code [576, 192]}. */
  public static String text(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return 31 * dtype.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return dtype + text(shape);
  }
}
