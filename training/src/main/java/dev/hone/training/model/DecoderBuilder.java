package dev.hone.training.model;

import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Batch;
import dev.hone.training.layers.DecoderBlock;
import dev.hone.training.layers.EmbeddingLayer;
import dev.hone.training.layers.FeedForward;
import dev.hone.training.layers.HeadLayer;
import dev.hone.training.layers.Linear;
import dev.hone.training.layers.Lora;
import dev.hone.training.layers.LoraScratch;
import dev.hone.training.layers.RmsNorm;
import dev.hone.training.layers.Rope;
import dev.hone.training.layers.Scratch;
import dev.hone.training.layers.SelfAttention;
import dev.hone.training.layers.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Translates a model's configuration into layers, which take numbers and weights only. The names
 * are Hugging Face's, the same in all families of this architecture.
 */
final class DecoderBuilder {
  /** Logits in memory at a time: 64 MB of floats, whatever the vocabulary. */
  private static final int LOGITS = 1 << 24;

  private final ModelDirectory base;
  private final ModelConfig config;
  private final Optional<LoraPlan> lora;
  private final Kernels kernels;
  private final int capacity;
  private final Batch batch;
  private final AttentionShape attention;
  private final Rope rope;
  private final Scratch scratch;
  private final ActivationMemory memory;
  private final Optional<LoraScratch> loraScratch;
  private int loraModules;
  private long baseWeightBytes;

  DecoderBuilder(
      ModelDirectory base,
      Optional<LoraPlan> lora,
      Kernels kernels,
      int capacity,
      int checkpointing) {
    this.base = base;
    this.config = base.config();
    this.lora = lora;
    this.kernels = kernels.forUse(MemoryUse.ACTIVATIONS);
    this.capacity = capacity;
    this.batch = new Batch(capacity, config.vocabSize());
    this.attention =
        new AttentionShape(
            config.numAttentionHeads(),
            config.numKeyValueHeads(),
            config.headDim(),
            1 / Math.sqrt(config.headDim()));
    Kernels shared = kernels.forUse(MemoryUse.SCRATCH);
    this.rope = new Rope(shared, RopeFrequencies.of(config.rope(), config.headDim()), capacity);
    this.scratch =
        Scratch.allocate(
            shared, capacity, config.hiddenSize(), config.intermediateSize(), attention);
    this.memory = new ActivationMemory(this.kernels, config, attention, capacity, checkpointing);
    this.loraScratch = lora.map(plan -> new LoraScratch(shared, capacity, plan.spec().r()));
  }

  Decoder build() {
    Weight table = weight("model.embed_tokens.weight");
    EmbeddingLayer embedding = new EmbeddingLayer(kernels, batch, table, scratch.residual());
    List<DecoderBlock> blocks = new ArrayList<>();
    Tensor stream = embedding.output();
    boolean trainedBelow = table.isTrained();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      DecoderBlock block = block(i, stream, trainedBelow);
      trainedBelow |= !block.trainedWeights().isEmpty();
      stream = block.output();
      blocks.add(block);
    }
    HeadLayer head = head(table, stream);
    return new Decoder(batch, rope, embedding, blocks, head, baseWeightBytes);
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
    SelfAttention.Parts parts =
        new SelfAttention.Parts(
            norm(block + ".input_layernorm", capacity),
            linear(index, name + ".q_proj", config.qkvBias()),
            linear(index, name + ".k_proj", config.qkvBias()),
            linear(index, name + ".v_proj", config.qkvBias()),
            linear(index, name + ".o_proj", config.outputBias()),
            headNorm(name + ".q_norm", config.numAttentionHeads()),
            headNorm(name + ".k_norm", config.numKeyValueHeads()));
    return new SelfAttention(
        kernels, batch, parts, attention, rope, scratch, memory.attention(index));
  }

  private FeedForward feedForward(int index) {
    String block = name(index);
    FeedForward.Parts parts =
        new FeedForward.Parts(
            norm(block + ".post_attention_layernorm", capacity),
            linear(index, block + ".mlp.gate_proj", config.mlpBias()),
            linear(index, block + ".mlp.up_proj", config.mlpBias()),
            linear(index, block + ".mlp.down_proj", config.mlpBias()));
    return new FeedForward(kernels, batch, parts, scratch, memory.feedForward(index));
  }

  private HeadLayer head(Weight table, Tensor source) {
    boolean tied = config.tieWordEmbeddings();
    int chunk = Math.max(1, Math.min(capacity, LOGITS / config.vocabSize()));
    return new HeadLayer(
        kernels.forUse(MemoryUse.LOGITS),
        batch,
        norm("model.norm", chunk),
        tied ? table : weight("lm_head.weight"),
        tied,
        source,
        scratch.residual(),
        chunk);
  }

  private Optional<RmsNorm> headNorm(String name, int heads) {
    return config.qkNorm() ? Optional.of(norm(name, capacity * heads)) : Optional.empty();
  }

  private RmsNorm norm(String name, int rows) {
    return new RmsNorm(kernels, weight(name + ".weight"), config.rmsNormEps(), rows);
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
    return new Lora(
        kernels,
        batch,
        plan.a(module, Math.toIntExact(weight.shape()[1])),
        plan.b(module, Math.toIntExact(weight.shape()[0])),
        plan.scale(),
        plan.spec().dropout(),
        loraModules++,
        shared,
        memory.adapter(index, module.substring(name(index).length()), shared));
  }

  /** Of the base model: trained in full fine-tuning, frozen beside an adapter or if quantized. */
  private Weight weight(String name) {
    if (lora.isPresent() || base.weights().isQuantized()) {
      Tensor value = WeightLoader.frozen(base.weights(), name, kernels.forUse(MemoryUse.FROZEN));
      baseWeightBytes += value.bytes();
      return Weight.frozen(name, value);
    }
    Weight weight = Weight.trained(name, base.weights().info(name).shape());
    baseWeightBytes += weight.length() * kernels.dataType().width();
    return weight;
  }
}
