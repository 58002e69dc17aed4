package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.layers.Batch;
import dev.hone.training.layers.DecoderLayer;
import dev.hone.training.layers.LossRule;
import dev.hone.training.layers.TargetScores;
import dev.hone.training.layers.Weight;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A decoder of the Llama family that is trained and asked. Inside is a DL4J {@code
 * MultiLayerNetwork}: it holds all trained weights in one flat array and all gradients in another,
 * and drives the forward and backward passes. Its {@code fit}, updaters and {@code output} are not
 * used, and not to be seen.
 *
 * <p>All memory for passes is allocated by {@link #load}; that for gradients when they are first
 * asked for. Not thread safe.
 */
public final class CausalLm {
  private final ModelDirectory base;
  private final Optional<LoraPlan> plan;
  private final Kernels kernels;
  private final long baseWeightBytes;
  private final Strands strands;
  private final Decoder decoder; // the first of them
  private final MultiLayerNetwork network;
  private final INDArray driverInput;
  private final Room room;

  private CausalLm(
      ModelDirectory base,
      Optional<LoraPlan> plan,
      Kernels kernels,
      long baseWeightBytes,
      Strands strands,
      MultiLayerNetwork network,
      Room room) {
    this.base = base;
    this.plan = plan;
    this.kernels = kernels;
    this.baseWeightBytes = baseWeightBytes;
    this.strands = strands;
    this.decoder = strands.first();
    this.network = network;
    this.room = room;
    // The network insists on an input; ours comes with the batch.
    this.driverInput = Nd4j.zeros(kernels.dataType(), 1, 1);
  }

  /**
   * Builds a model and loads its weights.
   *
   * @param lora an adapter to train beside frozen weights; empty: all weights are trained, or none
   *     if they are quantized
   * @param maxTokens most tokens of a pass, all packs of a micro-batch together
   * @param seed of the adapter's first values
   * @throws HoneException if the adapter does not fit the model
   */
  public static CausalLm load(
      ModelDirectory base, Optional<LoraSpec> lora, Kernels kernels, int maxTokens, long seed) {
    return load(base, lora, Unfrozen.ALL, kernels, Room.whole(maxTokens), seed, 0);
  }

  /**
   * As {@link #load(ModelDirectory, Optional, Kernels, int, long)}, with gradient checkpointing.
   *
   * @param unfrozen which weights are trained without an adapter
   * @param room for the passes
   * @param checkpointing {@code gradient_checkpointing}: blocks that are computed again together in
   *     the backward pass; 0: none
   */
  public static CausalLm load(
      ModelDirectory base,
      Optional<LoraSpec> lora,
      Unfrozen unfrozen,
      Kernels kernels,
      Room room,
      long seed,
      int checkpointing) {
    Optional<LoraPlan> plan = lora.map(spec -> LoraPlan.of(spec, base));
    ModelWeights weights = new ModelWeights(base, plan, unfrozen, kernels);
    Strands strands =
        new Strands(
            room,
            kernels,
            (strand, own, capacity) ->
                new DecoderBuilder(
                        base, plan, weights, strand, room.strands(), own, capacity, checkpointing)
                    .build());
    plan.ifPresent(found -> found.measure(kernels, seed));
    MultiLayerNetwork network = FlatNetwork.of(strands.first().layers(), kernels);
    for (Weight weight : strands.trained()) {
      if (plan.isPresent()) {
        plan.get().initialise(weight, seed, kernels);
      } else {
        WeightLoader.load(base.weights(), weight.name(), kernels, weight.value());
      }
    }
    return new CausalLm(base, plan, kernels, weights.baseBytes(), strands, network, room);
  }

  /** The model's shape. */
  public ModelConfig config() {
    return base.config();
  }

  /**
   * Memory of the base model's weights, in bytes: as blocks where they are quantized. Neither
   * operands of products nor the adapter are among them.
   */
  public long baseWeightBytes() {
    return baseWeightBytes;
  }

  /** Most tokens of a pass that is computed as a whole. */
  public int maxTokens() {
    return room.tokens();
  }

  /** The trainable weights in the order of the flat array: embedding, blocks, head. */
  public List<Parameter> parameters() {
    ensureGradients();
    return strands.trained().stream()
        .map(weight -> new Parameter(weight.name(), weight.value(), weight.gradient()))
        .toList();
  }

  /**
   * All trained weights, one after the other {@code [N]}; {@link #parameters} are its parts. Where
   * products read bf16, matrices are no floats there ({@link Kernels#trained}).
   */
  public Tensor values() {
    return kernels.wrap(network.params());
  }

  /** All gradients, one after the other {@code [N]}. */
  public Tensor gradients() {
    ensureGradients();
    settleGradients();
    return kernels.wrap(network.getGradientsViewArray().reshape(network.numParams()));
  }

  /**
   * Forgets the gradients: the next pass overwrites them. Until then only {@link #gradients} shows
   * zeros.
   */
  public void zeroGradients() {
    ensureGradients();
    strands.trained().forEach(Weight::forgetGradient);
  }

  /**
   * Tells, during every backward pass from now on, of each layer that the pass has come through:
   * the place of its first parameter in {@link #parameters}, from which on no gradient will change.
   */
  public void onBackward(IntConsumer finalFrom) {
    List<DecoderLayer> layers = decoder.layers();
    int[] first = new int[layers.size() + 1];
    for (int i = 0; i < layers.size(); i++) {
      first[i + 1] = first[i] + layers.get(i).trainedWeights().size();
    }
    strands.afterBackward(
        (layer, own) -> {
          layers.get(layer).trainedWeights().forEach(weight -> weight.settledGradient(own));
          finalFrom.accept(first[layer]);
        });
  }

  private void settleGradients() {
    strands.trained().forEach(weight -> weight.settledGradient(kernels));
  }

  /** Noise on the embeddings of training passes: NEFTune's alpha; 0, as at first, for none. */
  public void setEmbeddingNoise(double alpha) {
    strands.all().forEach(each -> each.batch().setEmbeddingNoise(alpha));
  }

  /** Decides the dropout masks of the passes until it is set again. */
  public void setDropoutSeed(long seed) {
    strands.all().forEach(each -> each.batch().setDropoutSeed(seed));
  }

  /**
   * Adds {@code d(lossScale * sum of weight * nll) / dθ} to the gradients, with dropout.
   *
   * @return the losses, not scaled; as they come out, finite or not
   * @throws HoneException if a token is not in the vocabulary
   */
  public LossSum forwardBackward(PackedRow row, double lossScale) {
    return forwardBackward(row, lossScale, TokenLoss.NLL);
  }

  /** The same of another loss of each target. */
  public LossSum forwardBackward(PackedRow row, double lossScale, TokenLoss loss) {
    int parts = cut(row, (batch, part) -> batch.set(part, lossScale, true, loss));
    drive(parts);
    return sum(parts, PassSums::loss, LossSum.ZERO, LossSum::plus);
  }

  /**
   * The same of what a teacher said of each target.
   *
   * @throws IllegalArgumentException if the row has targets and no teaching
   */
  public DistilledSum forwardBackward(PackedRow row, double lossScale, DistillationLoss loss) {
    int parts = cut(row, (batch, part) -> batch.set(part, lossScale, true, loss));
    drive(parts);
    return sum(parts, PassSums::distilled, DistilledSum.ZERO, DistilledSum::plus);
  }

  /**
   * Adds the gradient of an objective that is decided when the losses of all targets are known.
   *
   * @param row loss weights above 0 say which tokens are targets, and no more
   * @param dropout whether dropout acts
   * @return what the pass found, until the next one
   * @throws HoneException if a token is not in the vocabulary
   */
  public TargetScores forwardBackward(PackedRow row, boolean dropout, LossRule rule) {
    decoder.batch().set(row, dropout, rule);
    drive(decoder.batch().lossCount() > 0 ? 1 : 0);
    return decoder.head().scores();
  }

  /**
   * Gives the decoders parts of a row, those with targets first.
   *
   * @return how many parts have targets
   */
  private int cut(PackedRow row, BiConsumer<Batch, PackedRow> set) {
    List<Part> parts =
        strands.parts(row).stream()
            .sorted(Comparator.comparing(part -> part.row().targets() == 0))
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      Batch batch = strands.all().get(i).batch();
      set.accept(batch, parts.get(i).row());
      batch.setFirstRow(parts.get(i).firstToken());
    }
    return (int) parts.stream().filter(part -> part.row().targets() > 0).count();
  }

  /** What the first decoders found, added up in their order. */
  private <S> S sum(int parts, Function<PassSums, S> of, S zero, BinaryOperator<S> plus) {
    return strands.all().subList(0, parts).stream()
        .map(each -> of.apply(PassSums.of(each)))
        .reduce(zero, plus);
  }

  /** Both passes over what the batch holds. */
  void drive() {
    drive(1);
  }

  /** Both passes over what the batches of the first decoders hold. */
  private void drive(int parts) {
    ensureGradients();
    if (parts > 0) {
      strands.forwardBackward(
          parts,
          () -> {
            network.setInput(driverInput);
            network.computeGradientAndScore();
          });
    }
    settleGradients(); // of weights that the passes did not reach
  }

  /** For the passes of {@link RewardModel}. */
  Decoder decoder() {
    return decoder;
  }

  /**
   * Log-probabilities of the targets of a row, without gradients and dropout.
   *
   * @param adapted whether the adapter acts; without it the base model answers
   * @return what the pass found, until the next one
   * @throws HoneException if a token is not in the vocabulary
   */
  public TargetScores score(PackedRow row, boolean adapted) {
    decoder.batch().set(row, 1, false);
    decoder.batch().setAdapted(adapted);
    try {
      decoder.forwardBody();
      decoder.head().forward();
    } finally {
      decoder.batch().setAdapted(true);
    }
    return decoder.head().scores();
  }

  /** Whether an adapter is trained beside frozen weights, all of the base model's. */
  public boolean hasAdapter() {
    return plan.filter(found -> found.spec().settings().parts().isEmpty()).isPresent();
  }

  /** Whether it answers as the base model does before it is trained: beside a new adapter. */
  public boolean startsAtBase() {
    return hasAdapter() && plan.get().spec().from().isEmpty();
  }

  /**
   * The losses of a row, without gradients and dropout.
   *
   * @throws HoneException if the loss is not finite, or a token is not in the vocabulary
   */
  public LossSum evaluate(PackedRow row) {
    int parts = cut(row, (batch, part) -> batch.set(part, 1, false));
    measure(parts);
    return sum(parts, PassSums::measuredLoss, LossSum.ZERO, LossSum::plus);
  }

  /** The same of a row with what a teacher said of its targets. */
  public DistilledSum evaluate(PackedRow row, DistillationLoss loss) {
    int parts = cut(row, (batch, part) -> batch.set(part, 1, false, loss));
    measure(parts);
    return sum(parts, PassSums::measuredDistilled, DistilledSum.ZERO, DistilledSum::plus);
  }

  private void measure(int parts) {
    if (parts > 0) {
      strands.run(
          parts,
          each -> {
            each.forwardBody();
            each.head().forward();
          });
    }
  }

  /**
   * What this model as a teacher says of the targets of a row, without gradients and dropout.
   *
   * @param k likeliest tokens of each target, at most {@link Teaching#MAX_K}
   * @throws HoneException if k is above the vocabulary, what it says is not finite, or a token is
   *     not in the vocabulary
   */
  public Teaching teach(PackedRow row, int k) {
    if (k > config().vocabSize()) {
      throw new HoneException(
          "kd_top_k is %d, but the teacher %s has a vocabulary of %d tokens; set kd_top_k to that or less"
              .formatted(k, base.name(), config().vocabSize()));
    }
    decoder.batch().set(row, 1, false);
    decoder.forwardBody();
    return PassSums.of(decoder).teaching(k, base.name());
  }

  /** The logits {@code [V]} of what follows the token at a position of a row, without dropout. */
  public float[] logits(PackedRow row, int position) {
    decoder.batch().set(row, 1, false);
    decoder.forwardBody();
    return decoder.head().logitsOf(decoder.batch().rowOf(position));
  }

  /** The logits {@code [V]} of what follows every token of a row, of one pass without dropout. */
  public List<float[]> logits(PackedRow row) {
    decoder.batch().set(row, 1, false);
    decoder.forwardBody();
    return IntStream.range(0, row.length())
        .mapToObj(position -> decoder.head().logitsOf(decoder.batch().rowOf(position)))
        .toList();
  }

  /**
   * Continues a prompt with the likeliest token each time.
   *
   * @param prompt token ids, at least one; may be longer than {@link #maxTokens}
   * @param stopIds any of them ends the generation, and is the last token returned
   * @return the new tokens, at most maxNewTokens
   */
  public int[] generate(int[] prompt, int maxNewTokens, Set<Integer> stopIds) {
    return generate(List.of(prompt), maxNewTokens, stopIds).get(0);
  }

  /**
   * As {@link #generate(int[], int, Set)} for many prompts, which share the reading of the weights.
   *
   * @return the new tokens of each prompt, in order; the same as if it had been alone, up to the
   *     rounding of sums
   */
  public List<int[]> generate(List<int[]> prompts, int maxNewTokens, Set<Integer> stopIds) {
    return generate(prompts, maxNewTokens, stopIds, Exchange.alone());
  }

  /**
   * The same by all ranks together: called on each with the same arguments and the same weights.
   *
   * @return as {@link #generate(List, int, Set)}, on every rank: the same tokens whatever the
   *     number of ranks, as long as all compute alike. {@link #maxTokens} has to be the same, too
   */
  public List<int[]> generate(
      List<int[]> prompts, int maxNewTokens, Set<Integer> stopIds, Exchange ranks) {
    return new Generator(decoder, maxTokens(), maxNewTokens, stopIds).generate(prompts, ranks);
  }

  /**
   * Writes what Transformers or PEFT open: the model with its config, or the adapter, which names
   * its base model; and the tokenizer.
   *
   * @throws HoneException if the directory cannot be written
   */
  public void save(Path dir) {
    new SavedWeights(base, plan, kernels, strands.trained()).write(dir);
  }

  private void ensureGradients() {
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
  }

  /** For DL4J's gradient check, which wants to drive the network itself. */
  MultiLayerNetwork network() {
    return network;
  }

  /** For the gradient check: what the next passes of {@link #network} work on. */
  void bind(PackedRow row, double lossScale, TokenLoss loss) {
    decoder.batch().set(row, lossScale, true, loss);
  }

  /** The same of what a teacher said. */
  void bind(PackedRow row, double lossScale, DistillationLoss loss) {
    decoder.batch().set(row, lossScale, true, loss);
  }

  /** The same with an objective of its own. */
  void bind(PackedRow row, LossRule rule) {
    decoder.batch().set(row, false, rule);
  }
}
