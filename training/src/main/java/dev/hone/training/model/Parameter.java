package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.Arrays;

/**
 * A trainable tensor, or a run of its elements.
 *
 * @param name as Hugging Face or PEFT names it, such as {@code model.norm.weight}
 * @param value of the shape that the checkpoint has; of a run, {@code [elements]}
 * @param gradient of the same shape; adds up over micro-batches until it is zeroed
 * @param whole the shape that the checkpoint has, of a run too
 * @param from number of the first element in the whole
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares parameters.
public record Parameter(String name, Tensor value, Tensor gradient, long[] whole, long from) {

  /** A whole parameter. */
  public Parameter(String name, Tensor value, Tensor gradient) {
    this(name, value, gradient, value.shape(), 0);
  }

  /** Elements of the whole. */
  public long wholeLength() {
    return Arrays.stream(whole).reduce(1, Math::multiplyExact);
  }

  /**
   * A run of the elements of a whole parameter, on the same memory; the parameter itself if it is
   * all of them.
   *
   * @param begin number of the first
   */
  public Parameter run(Kernels kernels, long begin, long length) {
    if (length == value.length()) {
      return this;
    }
    Tensor values = kernels.run(value, begin, length);
    return new Parameter(name, values, kernels.run(gradient, begin, length), whole, begin);
  }
}
