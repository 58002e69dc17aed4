package dev.hone.training.model;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.training.kernels.cpu.Bf16;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;

/** The values of a file, rounded to bf16, in a file of that type. */
public record RoundedWeights(Weights source, Dtype type) implements Weights {
  @Override
  public Set<String> names() {
    return source.names();
  }

  @Override
  public TensorInfo info(String name) {
    return new TensorInfo(type, source.info(name).shape());
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    int start = target.position();
    source.readFloats(name, offset, target);
    for (int i = start; i < target.limit(); i++) {
      target.put(i, Bf16.toFloat(Bf16.of(target.get(i))));
    }
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return Optional.empty();
  }
}
