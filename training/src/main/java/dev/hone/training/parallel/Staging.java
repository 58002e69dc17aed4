package dev.hone.training.parallel;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;

/** Memory of one bucket at a time, on its way from tensors to other ranks or back. */
final class Staging {
  private final List<Parameter> parameters;
  private final Kernels kernels;
  private final FloatBuffer memory;

  /**
   * @param elements of the longest bucket
   */
  Staging(List<Parameter> parameters, Kernels kernels, int elements) {
    this.parameters = parameters;
    this.kernels = kernels;
    this.memory =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  long bytes() {
    return (long) memory.capacity() * Float.BYTES;
  }

  /**
   * Copies elements of a bucket from the tensors.
   *
   * @param what of each parameter
   * @return the memory of the bucket, all of it
   */
  FloatBuffer read(Bucket bucket, int begin, int end, Function<Parameter, Tensor> what) {
    memory.clear();
    int at = begin;
    for (Run run : bucket.between(begin, end)) {
      memory.limit(at + run.length()).position(at);
      kernels.read(what.apply(parameters.get(run.parameter())), run.from(), memory);
      at += run.length();
    }
    return memory.limit(bucket.length()).position(0);
  }

  /** Copies elements of a bucket to the tensors. */
  void write(Bucket bucket, int begin, int end, Function<Parameter, Tensor> what) {
    int at = begin;
    for (Run run : bucket.between(begin, end)) {
      memory.limit(at + run.length()).position(at);
      kernels.write(memory, what.apply(parameters.get(run.parameter())), run.from());
      at += run.length();
    }
    memory.limit(bucket.length()).position(0);
  }
}
