package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One block of the decoder: attention, then feed-forward, each added to the residual stream. */
@SuppressWarnings("serial") // see DecoderLayer
public final class DecoderBlock extends DecoderLayer {
  private static final long serialVersionUID = 1L;

  private final SelfAttention attention;
  private final FeedForward feedForward;
  private final Tensor source; // [T, C], the output of the layer before
  private final Tensor middle; // [T, C], after attention
  private final Tensor output; // [T, C]
  private final Tensor gradient; // [T, C], of the residual stream, shared
  private final Optional<Segment> segment;
  private final boolean trainedBelow;

  /**
   * @param source {@code [T, C]}, the output of the layer before
   * @param middle {@code [T, C]}, for what comes between the halves
   * @param output {@code [T, C]}
   * @param segment computes the block again; empty: it keeps what its backward pass needs
   * @param gradient of the residual stream, shared by all layers
   * @param trainedBelow whether a layer before this one has a trained weight
   */
  public DecoderBlock(
      Kernels kernels,
      Batch batch,
      SelfAttention attention,
      FeedForward feedForward,
      Tensor source,
      Tensor middle,
      Tensor output,
      Optional<Segment> segment,
      Tensor gradient,
      boolean trainedBelow) {
    super(kernels, batch, weights(attention, feedForward));
    this.attention = attention;
    this.feedForward = feedForward;
    this.source = source;
    this.middle = middle;
    this.output = output;
    this.segment = segment;
    this.gradient = gradient;
    this.trainedBelow = trainedBelow;
    segment.ifPresent(blocks -> blocks.add(this));
  }

  private static List<Weight> weights(SelfAttention attention, FeedForward feedForward) {
    List<Weight> all = new ArrayList<>(attention.weights());
    all.addAll(feedForward.weights());
    return all;
  }

  /** A cache for this block, of so many positions. */
  public KeyValueCache allocateCache(int positions) {
    return KeyValueCache.allocate(kernels, positions, attention.keyValueWidth());
  }

  @Override
  public void forward() {
    attention.forward(source, middle);
    feedForward.forward(middle, output);
  }

  /** As {@link #forward} for the next tokens of sequences whose earlier ones are in the cache. */
  public void decode(KeyValueCache cache) {
    attention.decode(source, middle, cache);
    feedForward.forward(middle, output);
  }

  /** Only what the backward pass needs. */
  void recompute() {
    attention.forward(source, middle);
    feedForward.recompute(middle);
  }

  /** Nothing, if nothing is trained in this block or before it. */
  @Override
  public void backward() {
    if (trainedBelow || !trainedWeights().isEmpty()) {
      segment.ifPresent(blocks -> blocks.restore(this));
      feedForward.backward(middle, gradient);
      attention.backward(source, gradient, trainedBelow);
    }
  }

  @Override
  public Tensor output() {
    return output;
  }

  @Override
  protected Tensor outputGradient() {
    return gradient;
  }
}
