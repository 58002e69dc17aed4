package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.AdapterConfig;
import dev.hone.formats.model.peft.PeftAdapter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A LoRA adapter: {@code y = W x + alpha / r · B A dropout(x)} (Hu et al. 2021, equation 3).
 *
 * @param r rank
 * @param alpha scale before the division by r
 * @param dropout probability that an input of A is zeroed in training
 * @param targetModules names of the linear layers, such as q_proj; empty: every linear layer of the
 *     blocks (all-linear)
 * @param from a PEFT directory to start from; empty: A from Kaiming-uniform with a = sqrt(5), B
 *     zero, as PEFT does
 */
public record LoraSpec(
    int r, double alpha, double dropout, List<String> targetModules, Optional<Path> from) {
  public LoraSpec {
    targetModules = List.copyOf(targetModules);
  }

  /**
   * An adapter as it was trained, for inference: no dropout.
   *
   * @param adapter a PEFT directory
   * @param base the model it was trained on
   * @throws HoneException if it cannot be read, or does not fit the model
   */
  public static LoraSpec trained(Path adapter, ModelDirectory base) {
    AdapterConfig config = PeftAdapter.open(adapter, base.tensors()).config();
    return new LoraSpec(
        config.r(), config.alpha(), 0, config.targetModules(), Optional.of(adapter));
  }
}
