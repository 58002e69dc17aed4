package dev.hone.training.model;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.cpu.CountingKernels;
import dev.hone.training.layers.DecoderLayer;
import java.util.List;
import java.util.Optional;

/**
 * A model as {@link CausalLm} builds it, of tensors without memory: what it would allocate is
 * counted by its kernels. Only names, types and shapes of the weights are asked for.
 */
public final class DryModel {
  private final Decoder decoder;

  private DryModel(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Builds it. Parameters as those of {@link CausalLm#load}.
   *
   * @throws dev.hone.formats.HoneException if the adapter does not fit the model
   */
  public static DryModel build(
      ModelDirectory base,
      Optional<LoraSpec> lora,
      Unfrozen unfrozen,
      CountingKernels kernels,
      int maxTokens,
      int checkpointing) {
    Optional<LoraPlan> plan = lora.map(spec -> LoraPlan.of(spec, base));
    Decoder decoder =
        new DecoderBuilder(
                base,
                plan,
                new ModelWeights(base, plan, unfrozen, kernels),
                0,
                1,
                kernels,
                maxTokens,
                checkpointing)
            .build();
    for (DecoderLayer layer : decoder.layers()) {
      layer.allocateWeights(kernels.forUse(MemoryUse.TRAINED), kernels.forUse(MemoryUse.GRADIENTS));
    }
    return new DryModel(decoder);
  }

  /** The trainable weights, as {@link CausalLm#parameters}. */
  public List<Parameter> parameters() {
    return decoder.layers().stream()
        .flatMap(layer -> layer.trainedWeights().stream())
        .map(w -> new Parameter(w.name(), w.value(), w.gradient()))
        .toList();
  }

  /** The passes of a training step, for what they allocate when it is first needed. */
  public void forwardBackward(PackedRow row) {
    decoder.batch().set(row, 1, true);
    decoder.forwardBackward();
  }
}
