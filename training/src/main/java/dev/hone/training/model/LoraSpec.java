package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.PeftAdapter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A LoRA adapter of a model.
 *
 * @param settings what it computes, and on which layers
 * @param from a PEFT directory to start from; empty: A as the settings say, B zero
 */
public record LoraSpec(LoraSettings settings, Optional<Path> from) {

  /**
   * Plain LoRA: one rank, one scale.
   *
   * @param r rank
   * @param alpha scale before the division by r
   * @param dropout probability that an input of A is zeroed in training
   * @param targetModules names of the linear layers, such as q_proj; empty: every linear layer of
   *     the blocks (all-linear)
   * @param from a PEFT directory to start from; empty: a fresh adapter
   */
  public LoraSpec(
      int r, double alpha, double dropout, List<String> targetModules, Optional<Path> from) {
    this(LoraSettings.of(r, alpha, dropout, targetModules), from);
  }

  /**
   * An adapter as it was trained, for inference: no dropout.
   *
   * @param adapter a PEFT directory
   * @param base the model it was trained on
   * @throws HoneException if it cannot be read, or does not fit the model
   */
  public static LoraSpec trained(Path adapter, ModelDirectory base) {
    LoraSettings settings = PeftAdapter.open(adapter, base.tensors()).config().settings();
    return new LoraSpec(settings.withoutDropout(), Optional.of(adapter));
  }
}
