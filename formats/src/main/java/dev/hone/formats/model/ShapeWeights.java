package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names, types and shapes of tensors whose values nobody needs: for a plan. Reading one changes
 * nothing but the position of the target.
 */
public final class ShapeWeights implements Weights {
  private final Map<String, TensorInfo> tensors;

  private ShapeWeights(Map<String, TensorInfo> tensors) {
    this.tensors = tensors;
  }

  /** The tensors of a model, all of one type. */
  public static ShapeWeights of(Collection<TensorSpec> specs, Dtype dtype) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    specs.forEach(spec -> tensors.put(spec.name(), new TensorInfo(dtype, spec.shape())));
    return new ShapeWeights(Collections.unmodifiableMap(tensors));
  }

  /** The tensors of other weights. */
  public static ShapeWeights of(Weights weights) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    weights.names().forEach(name -> tensors.put(name, weights.info(name)));
    return new ShapeWeights(Collections.unmodifiableMap(tensors));
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new HoneException("the model has no tensor " + name);
    }
    return info;
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    info(name);
    target.position(target.limit());
  }

  /** A buffer of nothing where a file of this type would be mapped. */
  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    TensorInfo info = info(name);
    return info.dtype() == Dtype.F32 && info.bytes() <= Integer.MAX_VALUE
        ? Optional.of(FloatBuffer.allocate(0))
        : Optional.empty();
  }
}
