package dev.hone.training.model;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.Weights;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Weights from files to tensors. */
final class WeightLoader {
  /** Elements converted at a time: few enough that the heap does not grow for them. */
  private static final int CHUNK = 1 << 17;

  private WeightLoader() {}

  /**
   * The values of a weight file: its blocks if they are quantized, or on the mapped file itself
   * where its type and the kernels allow, or copied.
   */
  static Tensor frozen(Weights file, String name, Kernels kernels) {
    long[] shape = file.info(name).shape();
    Optional<Blocks> blocks = file.blocks(name);
    if (blocks.isPresent()) {
      return kernels.quantized(blocks.get(), shape);
    }
    Optional<FloatBuffer> mapped =
        kernels.mapsFrozen(shape) ? file.mappedFloats(name) : Optional.empty();
    if (mapped.isPresent()) {
      return kernels.frozen(mapped.get(), shape);
    }
    boolean bf16 = file.info(name).dtype() == Dtype.BF16;
    Tensor copy = shape.length < 2 ? kernels.allocate(shape) : kernels.frozenCopy(bf16, shape);
    load(file, name, kernels, copy);
    return copy;
  }

  /** Copies the values of a weight file, converting them. */
  static void load(Weights file, String name, Kernels kernels, Tensor target) {
    long elements = target.length();
    FloatBuffer chunk = FloatBuffer.allocate((int) Math.min(CHUNK, elements));
    for (long offset = 0; offset < elements; offset += CHUNK) {
      chunk.clear().limit((int) Math.min(CHUNK, elements - offset));
      file.readFloats(name, offset, chunk);
      kernels.write(chunk.flip(), target, offset);
    }
  }
}
