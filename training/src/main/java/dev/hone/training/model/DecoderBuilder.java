package dev.hone.training.model;

import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Batch;
import dev.hone.training.layers.Branch;
import dev.hone.training.layers.DecoderBlock;
import dev.hone.training.layers.Dora;
import dev.hone.training.layers.EmbeddingLayer;
import dev.hone.training.layers.FeedForward;
import dev.hone.training.layers.FrozenStart;
import dev.hone.training.layers.HeadLayer;
import dev.hone.training.layers.Linear;
import dev.hone.training.layers.Lora;
import dev.hone.training.layers.LoraScratch;
import dev.hone.training.layers.LossLayer;
import dev.hone.training.layers.RmsNorm;
import dev.hone.training.layers.Rope;
import dev.hone.training.layers.ScoreLayer;
import dev.hone.training.layers.Scratch;
import dev.hone.training.layers.SelfAttention;
import dev.hone.training.layers.Weight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Translates a model's configuration into layers, which take numbers and weights only. The names
 * are Hugging Face's, the same in all families of this architecture.
 */
final class DecoderBuilder {
  /** Logits in memory at a time: 48 MB of floats, whatever the vocabulary. */
  private static final int LOGITS = 3 << 22;

  /** Documents of a reward model's pass whose last rows are in memory at a time. */
  private static final int SCORES = 64;

  private final ModelDirectory base;
  private final ModelConfig config;
  private final DecoderStyle style;
  private final Optional<LoraPlan> lora;
  private final ModelWeights weights;
  private final int strand;
  private final Kernels kernels;
  private final int capacity;
  private final int logits;
  private final Batch batch;
  private final AttentionShape attention;
  private final Map<dev.hone.formats.model.Rope, Rope> ropes = new HashMap<>();
  private final Scratch scratch;
  private final ActivationMemory memory;
  private final Optional<LoraScratch> loraScratch;
  private int loraModules;

  /**
   * @param weights those that decoders before this one have made
   * @param strand number of this one
   * @param strands decoders that work at the same time, in all
   * @param capacity most tokens of a pass
   */
  DecoderBuilder(
      ModelDirectory base,
      Optional<LoraPlan> lora,
      ModelWeights weights,
      int strand,
      int strands,
      Kernels kernels,
      int capacity,
      int checkpointing) {
    this.base = base;
    this.config = base.config();
    this.style = config.style();
    this.lora = lora;
    this.weights = weights;
    this.strand = strand;
    this.logits = LOGITS / strands;
    this.kernels = kernels.forUse(MemoryUse.ACTIVATIONS);
    this.capacity = capacity;
    this.batch = new Batch(capacity, config.vocabSize());
    this.attention =
        new AttentionShape(
            config.numAttentionHeads(),
            config.numKeyValueHeads(),
            config.headDim(),
            config.attentionScale(),
            OptionalInt.empty(),
            style.softCaps().attention());
    Kernels shared = kernels.forUse(MemoryUse.SCRATCH);
    for (AttentionLayer layer : config.layers()) {
      layer.rope().ifPresent(rope -> ropes.computeIfAbsent(rope, r -> rope(shared, r)));
    }
    this.scratch =
        Scratch.allocate(
            shared,
            capacity,
            config.hiddenSize(),
            config.intermediateSize(),
            attention,
            style.norms().output() || style.scales().residual() != 1,
            style.fused());
    this.memory = new ActivationMemory(this.kernels, config, attention, capacity, checkpointing);
    this.loraScratch = lora.map(plan -> new LoraScratch(shared, capacity));
  }

  Decoder build() {
    Weight table = weight("model.embed_tokens.weight");
    EmbeddingLayer embedding =
        new EmbeddingLayer(kernels, batch, table, style.scales().embedding(), scratch.residual());
    List<DecoderBlock> blocks = new ArrayList<>();
    Tensor stream = embedding.output();
    boolean trainedBelow = table.isTrained();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      DecoderBlock block = block(i, stream, trainedBelow);
      trainedBelow |= !block.trainedWeights().isEmpty();
      stream = block.output();
      blocks.add(block);
    }
    LossLayer head = base.task() == Task.SEQ_CLS ? score(stream) : head(table, stream);
    return new Decoder(batch, List.copyOf(ropes.values()), embedding, blocks, head);
  }

  private Rope rope(Kernels shared, dev.hone.formats.model.Rope rope) {
    float[] frequencies = RopeFrequencies.of(rope, config.headDim());
    return new Rope(shared, frequencies, RopeFrequencies.scale(rope), capacity);
  }

  private DecoderBlock block(int index, Tensor source, boolean trainedBelow) {
    return new DecoderBlock(
        kernels,
        batch,
        selfAttention(index),
        feedForward(index),
        source,
        memory.middle(index),
        memory.output(index),
        memory.segment(index),
        scratch.residual(),
        trainedBelow);
  }

  private SelfAttention selfAttention(int index) {
    String block = name(index);
    String name = block + ".self_attn";
    boolean bias = config.biases().qkv();
    AttentionLayer layer = config.layers().get(index);
    SelfAttention.Parts parts =
        new SelfAttention.Parts(
            branch(
                index,
                block + ".input_layernorm",
                name + ".o_proj",
                config.biases().output(),
                block + ".post_attention_layernorm"),
            style.fused()
                ? List.of(linear(index, name + ".qkv_proj", bias))
                : List.of(
                    linear(index, name + ".q_proj", bias),
                    linear(index, name + ".k_proj", bias),
                    linear(index, name + ".v_proj", bias)),
            headNorm(name + ".q_norm", config.numAttentionHeads()),
            headNorm(name + ".k_norm", config.numKeyValueHeads()),
            layer.rope().map(ropes::get));
    return new SelfAttention(
        kernels,
        batch,
        parts,
        attention.withWindow(layer.window()),
        scratch,
        memory.attention(index));
  }

  private FeedForward feedForward(int index) {
    String block = name(index);
    String name = block + ".mlp";
    boolean bias = config.biases().mlp();
    FeedForward.Parts parts =
        new FeedForward.Parts(
            branch(
                index,
                style.norms().output()
                    ? block + ".pre_feedforward_layernorm"
                    : block + ".post_attention_layernorm",
                name + ".down_proj",
                bias,
                block + ".post_feedforward_layernorm"),
            style.fused()
                ? List.of(linear(index, name + ".gate_up_proj", bias))
                : List.of(
                    linear(index, name + ".gate_proj", bias),
                    linear(index, name + ".up_proj", bias)),
            style.activation());
    return new FeedForward(kernels, batch, parts, scratch, memory.feedForward(index));
  }

  private Branch.Parts branch(int index, String before, String last, boolean bias, String after) {
    return new Branch.Parts(
        style.norms().input() ? Optional.of(norm(before, capacity)) : Optional.empty(),
        linear(index, last, bias),
        style.norms().output() ? Optional.of(norm(after, capacity)) : Optional.empty(),
        style.scales().residual());
  }

  private HeadLayer head(Weight table, Tensor source) {
    // A head of its own, if it is trained beside an adapter or the embedding is: they part.
    Optional<Weight> own = weights.part("lm_head.weight").map(part -> part.of(strand));
    boolean tied =
        config.tieWordEmbeddings() && own.isEmpty() && (lora.isEmpty() || !table.isTrained());
    Weight weight = own.orElseGet(() -> tied ? table : headOf(table));
    int chunk = Math.max(1, Math.min(capacity, logits / config.vocabSize()));
    return new HeadLayer(
        kernels.forUse(MemoryUse.LOGITS),
        batch,
        norm("model.norm", chunk),
        weight,
        tied,
        style.scales().logits(),
        style.softCaps().logits(),
        source,
        scratch.residual(),
        chunk);
  }

  private ScoreLayer score(Tensor source) {
    int chunk = Math.min(capacity, SCORES);
    return new ScoreLayer(
        kernels.forUse(MemoryUse.LOGITS),
        batch,
        norm("model.norm", chunk),
        weight(Task.SCORE),
        base.padTokenId(),
        source,
        scratch.residual(),
        chunk);
  }

  private Weight headOf(Weight table) {
    return config.tieWordEmbeddings()
        ? weights.frozen("model.embed_tokens.weight").of(strand)
        : weight("lm_head.weight");
  }

  private Optional<RmsNorm> headNorm(String name, int heads) {
    return switch (style.qkNorm()) {
      case NONE -> Optional.empty();
      case HEADS -> Optional.of(norm(name, capacity * heads));
      case PROJECTION -> Optional.of(norm(name, capacity));
    };
  }

  private RmsNorm norm(String name, int rows) {
    return new RmsNorm(
        kernels, weight(name + ".weight"), style.unitOffset() ? 1 : 0, config.rmsNormEps(), rows);
  }

  private static String name(int index) {
    return "model.layers." + index;
  }

  private Linear linear(int index, String module, boolean hasBias) {
    Weight weight = weight(module + ".weight");
    Optional<Weight> bias = hasBias ? Optional.of(weight(module + ".bias")) : Optional.empty();
    Optional<Lora> branch =
        lora.filter(plan -> plan.adapts(module)).map(plan -> lora(plan, index, module, weight));
    return new Linear(kernels, batch, weight, bias, branch);
  }

  private Lora lora(LoraPlan plan, int index, String module, Weight weight) {
    LoraScratch shared = loraScratch.orElseThrow();
    int out = Math.toIntExact(weight.shape()[0]);
    String inBlock = module.substring(name(index).length());
    return new Lora(
        kernels,
        batch,
        ofAdapter(plan.a(module, Math.toIntExact(weight.shape()[1]))),
        ofAdapter(plan.b(module, out)),
        plan.scale(module),
        plan.dropout(),
        loraModules++,
        shared,
        memory.adapter(index, inBlock, plan.rank(module), shared),
        plan.magnitude(module, out)
            .map(magnitude -> dora(plan, module, weight, ofAdapter(magnitude), shared)),
        plan.startsFromWeights()
            ? Optional.of(start(plan, module, weight, shared))
            : Optional.empty());
  }

  private FrozenStart start(LoraPlan plan, String module, Weight weight, LoraScratch shared) {
    ModelWeights.Start start = weights.start(plan, module, weight);
    return new FrozenStart(kernels, batch, start.a(), start.b(), plan.scale(module), shared);
  }

  private Dora dora(
      LoraPlan plan, String module, Weight weight, Weight magnitude, LoraScratch shared) {
    Tensor squares = weights.squares(plan, module, weight);
    return new Dora(kernels, batch, magnitude, squares, plan.rank(module), shared);
  }

  private Weight weight(String name) {
    return weights.weight(name).of(strand);
  }

  private Weight ofAdapter(Weight weight) {
    return weights.ofAdapter(weight).of(strand);
  }
}
