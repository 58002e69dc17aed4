package dev.hone.formats.model.safetensors;

import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import java.nio.FloatBuffer;

/**
 * A tensor to be written, whose values are fetched piece by piece while it is written.
 *
 * @param name its name in the file
 * @param shape outermost dimension first
 * @param values where the values come from
 */
public record TensorSource(String name, long[] shape, Values values) {

  /** The elements of a tensor, row by row. */
  @FunctionalInterface
  public interface Values {
    /**
     * Fills the target from its position to its limit.
     *
     * @param offset number of the first element
     */
    void read(long offset, FloatBuffer target);
  }

  /** A tensor that lies in memory: the buffer's elements from 0 to its limit. */
  public static TensorSource of(String name, long[] shape, FloatBuffer values) {
    long elements = TensorInfo.elements(shape);
    if (values.limit() != elements) {
      throw new IllegalArgumentException(
          name + " " + TensorInfo.text(shape) + " with " + values.limit() + " values");
    }
    return new TensorSource(
        name,
        shape,
        (offset, target) -> {
          int count = target.remaining();
          target.put(target.position(), values, Math.toIntExact(offset), count);
          target.position(target.limit());
        });
  }

  /** A tensor of another file, under the same name. */
  public static TensorSource copyOf(Weights weights, String name) {
    return new TensorSource(
        name,
        weights.info(name).shape(),
        (offset, target) -> weights.readFloats(name, offset, target));
  }
}
