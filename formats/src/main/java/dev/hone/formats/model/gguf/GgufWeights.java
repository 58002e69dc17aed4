package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a GGUF file under Hugging Face's names, in their blocks. Matrices are mapped as
 * they are in the file; those of q and k, whose rows the file has in another order ({@link
 * RotaryRows}), are copied row by row, still as blocks.
 */
final class GgufWeights implements Weights {
  private final GgufReader reader;
  private final ModelConfig config;
  private final Map<String, TensorSpec> specs = new LinkedHashMap<>();
  private final Map<String, TensorSource> sources = new LinkedHashMap<>();

  /**
   * @throws HoneException if a tensor is missing, unknown or of another shape
   */
  GgufWeights(GgufReader reader, ModelFamily family, ModelConfig config) {
    this.reader = reader;
    this.config = config;
    family.tensors(config).forEach(spec -> specs.put(spec.name(), spec));
    GgufTensors.sources(reader, family, config).forEach(one -> sources.put(one.name(), one));
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(specs.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return new TensorInfo(Dtype.F32, spec(name).shape());
  }

  /** Decodes. */
  @Override
  public synchronized void readFloats(String name, long offset, FloatBuffer target) {
    long elements = info(name).elements();
    if (offset < 0 || offset > elements - target.remaining()) {
      throw new HoneException(
          "%s: tensor %s has %d elements, but %d from element %d were asked for"
              .formatted(reader.path(), name, elements, target.remaining(), offset));
    }
    sources.get(name).values().read(offset, target);
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    GgufTensor tensor = tensor(name);
    boolean plain =
        tensor.type() == GgmlType.F32 && sources.get(name).values() instanceof GgufValues;
    return plain && tensor.bytes() <= Integer.MAX_VALUE
        ? Optional.of(reader.map(tensor).asFloatBuffer())
        : Optional.empty();
  }

  @Override
  public boolean isQuantized() {
    return true;
  }

  @Override
  public Optional<BlockFormat> blockFormat(String name) {
    GgufTensor tensor = tensor(name);
    return tensor.type() == GgmlType.F32 || tensor.shape().length != 2
        ? Optional.empty()
        : Optional.of(tensor.type().format());
  }

  /** Of a matrix that is not stored in f32. */
  @Override
  public Optional<Blocks> blocks(String name) {
    GgufTensor tensor = tensor(name);
    if (blockFormat(name).isEmpty()) {
      return Optional.empty();
    }
    BlockFormat format = blockFormat(name).get();
    Blocks.bytes(format, tensor.elements());
    ByteBuffer bytes = reader.map(tensor);
    return Optional.of(
        new Blocks(format, isPaired(name) ? unpaired(tensor, bytes) : bytes, tensor.elements()));
  }

  /** Rows are whole blocks, so that the order of rows is all that changes. */
  private ByteBuffer unpaired(GgufTensor tensor, ByteBuffer paired) {
    int rows = Math.toIntExact(tensor.shape()[0]);
    int width = Math.toIntExact(tensor.bytes() / rows);
    ByteBuffer ordered = ByteBuffer.allocate(Math.toIntExact(tensor.bytes()));
    for (int row = 0; row < rows; row++) {
      int from = Math.toIntExact(RotaryRows.fileRow(row, config.headDim()));
      ordered.put(row * width, paired, from * width, width);
    }
    return ordered;
  }

  private boolean isPaired(String name) {
    return sources.get(name).values() instanceof RotaryRows;
  }

  private GgufTensor tensor(String name) {
    return reader.tensors().get(spec(name).gguf());
  }

  private TensorSpec spec(String name) {
    TensorSpec spec = specs.get(name);
    if (spec == null) {
      throw new HoneException(reader.path() + " has no tensor " + name);
    }
    return spec;
  }
}
