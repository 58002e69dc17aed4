package dev.hone.formats.model.nf4;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * Weights of which the linear layers of the blocks are quantized to NF4 when they are asked for,
 * one tensor at a time. Embedding, head, norms and biases stay as they are: bitsandbytes quantizes
 * no others than these, and QLoRA's numbers are of such models.
 *
 * @param source the weights as they are stored
 * @param twice double quantization
 */
public record Nf4Weights(Weights source, boolean twice) implements Weights {

  @Override
  public Set<String> names() {
    return source.names();
  }

  @Override
  public TensorInfo info(String name) {
    return source.info(name);
  }

  /** As they are stored where the tensor is not quantized; else decoded again, for comparisons. */
  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    Optional<Blocks> blocks = blocks(name);
    if (blocks.isEmpty()) {
      source.readFloats(name, offset, target);
      return;
    }
    float[] values = new float[target.remaining()];
    blocks.get().decode(offset, values, 0, values.length);
    target.put(values);
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return isQuantized(name) ? Optional.empty() : source.mappedFloats(name);
  }

  @Override
  public boolean isQuantized() {
    return true;
  }

  @Override
  public Optional<Blocks> blocks(String name) {
    if (!isQuantized(name)) {
      return Optional.empty();
    }
    return Optional.of(
        Nf4Encoder.encode(
            (offset, target) -> source.readFloats(name, offset, target),
            source.info(name).elements(),
            twice));
  }

  @Override
  public Optional<BlockFormat> blockFormat(String name) {
    return isQuantized(name) ? Optional.of(twice ? new Nf4Double() : new Nf4()) : Optional.empty();
  }

  private boolean isQuantized(String name) {
    return name.endsWith("_proj.weight") && source.info(name).shape().length == 2;
  }
}
