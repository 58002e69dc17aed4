package dev.hone.formats.model.gguf;

import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.FloatBuffer;

/**
 * The weight of a norm that multiplies by 1 + weight. llama.cpp's converter stores the sum; Hugging
 * Face has the weight.
 */
record ShiftedValues(TensorSource.Values sums) implements TensorSource.Values {
  @Override
  public void read(long offset, FloatBuffer target) {
    int from = target.position();
    sums.read(offset, target);
    for (int i = from; i < target.position(); i++) {
      target.put(i, target.get(i) - 1);
    }
  }
}
