package dev.hone.training.model;

import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.FeedForward;
import dev.hone.training.layers.LoraScratch;
import dev.hone.training.layers.Segment;
import dev.hone.training.layers.SelfAttention;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where blocks keep what their backward pass needs. Each has memory of its own; or, with gradient
 * checkpointing, the i-th blocks of all segments share one, and only the outputs of segments are
 * kept.
 */
final class ActivationMemory {
  private final Kernels kernels;
  private final ModelConfig config;
  private final AttentionShape shape;
  private final int capacity;
  private final int every;
  private final Map<Integer, SelfAttention.Kept> attention = new HashMap<>();
  private final Map<Integer, FeedForward.Kept> feedForward = new HashMap<>();
  private final Map<Integer, Tensor> middles = new HashMap<>();
  private final Map<Integer, Tensor> outputs = new HashMap<>();
  private final Map<String, Tensor> adapters = new HashMap<>();
  private final Map<Integer, Segment> segments = new HashMap<>();

  /**
   * @param capacity most tokens of a pass
   * @param every blocks of a segment; 0: no checkpointing
   */
  ActivationMemory(
      Kernels kernels, ModelConfig config, AttentionShape shape, int capacity, int every) {
    this.kernels = kernels;
    this.config = config;
    this.shape = shape;
    this.capacity = capacity;
    this.every = every;
  }

  private int slot(int block) {
    return every == 0 ? block : block % every;
  }

  SelfAttention.Kept attention(int block) {
    return attention.computeIfAbsent(
        slot(block),
        slot ->
            SelfAttention.Kept.allocate(
                kernels, shape, capacity, config.style().qkNorm() != QkNorm.NONE, resultWidth()));
  }

  FeedForward.Kept feedForward(int block) {
    return feedForward.computeIfAbsent(
        slot(block),
        slot ->
            FeedForward.Kept.allocate(kernels, capacity, config.intermediateSize(), resultWidth()));
  }

  /** C where a norm follows the halves of a block: its backward pass needs what it read. */
  private OptionalInt resultWidth() {
    return config.style().norms().output()
        ? OptionalInt.of(config.hiddenSize())
        : OptionalInt.empty();
  }

  /** {@code [T, C]}, between attention and feed-forward. */
  Tensor middle(int block) {
    return middles.computeIfAbsent(
        slot(block), slot -> kernels.allocate(capacity, config.hiddenSize()));
  }

  /** {@code [T, C]}; of a segment's last block its own. */
  Tensor output(int block) {
    boolean kept = every == 0 || (block + 1) % every == 0 || block + 1 == config.numHiddenLayers();
    return outputs.computeIfAbsent(
        kept ? block : -1 - slot(block), slot -> kernels.allocate(capacity, config.hiddenSize()));
  }

  /**
   * {@code [T, R]} of an adapter.
   *
   * @param module its name inside the block
   */
  Tensor adapter(int block, String module, int rank, LoraScratch scratch) {
    return adapters.computeIfAbsent(
        slot(block) + module + " " + rank, key -> scratch.allocateHidden(rank));
  }

  /** What computes a block again; empty if its activations are still there. */
  Optional<Segment> segment(int block) {
    int last = config.numHiddenLayers() - 1;
    return every == 0 || block / every == last / every
        ? Optional.empty()
        : Optional.of(segments.computeIfAbsent(block / every, number -> new Segment()));
  }
}
