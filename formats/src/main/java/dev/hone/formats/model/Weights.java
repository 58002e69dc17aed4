package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;

/** Named tensors on disk. Nothing is held in memory: every read goes to the file. Thread safe. */
public interface Weights {

  /** Names of the tensors, in the files' order. */
  Set<String> names();

  /**
   * Type and shape of a tensor.
   *
   * @throws HoneException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * Fills the target with consecutive elements (row by row), converting F64, F16 and BF16.
   *
   * @param offset first element to read, in elements
   * @param target filled from its position to its limit
   * @throws HoneException if there is no such tensor, it is not of a float type, or it has fewer
   *     elements than {@code offset + target.remaining()}
   */
  void readFloats(String name, long offset, FloatBuffer target);

  /**
   * Reads a whole tensor.
   *
   * @param target has room for exactly {@code info(name).elements()} more floats
   */
  default void readFloats(String name, FloatBuffer target) {
    long elements = info(name).elements();
    if (target.remaining() != elements) {
      throw new HoneException(
          "tensor "
              + name
              + " has "
              + elements
              + " elements but the buffer has room for "
              + target.remaining());
    }
    readFloats(name, 0, target);
  }

  /**
   * A read-only view of a tensor's bytes in the file, without a copy: direct and little-endian.
   * Empty if the tensor is not F32 or larger than 2 GiB, which is all one buffer can address.
   */
  Optional<FloatBuffer> mappedFloats(String name);

  /** The format of {@link #blocks} of a tensor, found without making them. */
  default Optional<BlockFormat> blockFormat(String name) {
    return Optional.empty();
  }

  /** Whether some tensors are {@link #blocks}: such weights are not trained. */
  default boolean isQuantized() {
    return false;
  }

  /**
   * The blocks of a tensor that is kept quantized, for kernels that decode them as they multiply;
   * {@link #readFloats} gives their decoded values. Empty if it is not quantized.
   */
  default Optional<Blocks> blocks(String name) {
    return Optional.empty();
  }
}
