package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
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
  private final Map<String, BlockFormat> formats;
  private final ByteBuffer zeros;

  private ShapeWeights(Map<String, TensorInfo> tensors, Map<String, BlockFormat> formats) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.formats = formats;
    this.zeros =
        ByteBuffer.allocate(tensors.keySet().stream().mapToInt(this::bytes).max().orElse(0));
  }

  private int bytes(String name) {
    BlockFormat format = formats.get(name);
    return format == null ? 0 : Blocks.bytes(format, info(name).elements());
  }

  /** The tensors of a model, all of one type. */
  public static ShapeWeights of(Collection<TensorSpec> specs, Dtype dtype) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    specs.forEach(spec -> tensors.put(spec.name(), new TensorInfo(dtype, spec.shape())));
    return new ShapeWeights(tensors, Map.of());
  }

  /** The tensors of other weights. */
  public static ShapeWeights of(Weights weights) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    Map<String, BlockFormat> formats = new HashMap<>();
    for (String name : weights.names()) {
      tensors.put(name, weights.info(name));
      weights.blockFormat(name).ifPresent(format -> formats.put(name, format));
    }
    return new ShapeWeights(tensors, formats);
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

  @Override
  public boolean isQuantized() {
    return !formats.isEmpty();
  }

  @Override
  public Optional<BlockFormat> blockFormat(String name) {
    return Optional.ofNullable(formats.get(name));
  }

  /** All blocks of all tensors are the same zeros. */
  @Override
  public Optional<Blocks> blocks(String name) {
    return blockFormat(name)
        .map(format -> new Blocks(format, zeros.slice(0, bytes(name)), info(name).elements()));
  }
}
