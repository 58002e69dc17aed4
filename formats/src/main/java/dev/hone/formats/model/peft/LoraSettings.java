package dev.hone.formats.model.peft;

import dev.hone.formats.model.Task;
import dev.hone.formats.model.TensorSpec;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A LoRA adapter: {@code y = W x + scale · B A dropout(x)} (Hu et al. 2021, equation 3).
 *
 * @param ranks rank and scale of each module
 * @param dropout {@code lora_dropout}, the probability that an input of A is zeroed in training
 * @param targets which modules
 * @param init what A is before training
 * @param dora {@code use_dora}: the lengths of the rows of {@code W + scale · B A} are trained
 *     apart from their directions (Liu et al. 2024)
 * @param parts tensors of the base model that are trained too
 */
public record LoraSettings(
    LoraRanks ranks,
    double dropout,
    LoraTargets targets,
    LoraInit init,
    boolean dora,
    TrainedParts parts)
    implements Serializable {

  /** Plain LoRA. */
  public static LoraSettings of(int r, double alpha, double dropout, List<String> targetModules) {
    return new LoraSettings(
        LoraRanks.of(r, alpha),
        dropout,
        LoraTargets.of(targetModules),
        LoraInit.KAIMING,
        false,
        TrainedParts.NONE);
  }

  /**
   * The modules with a branch, in the order of the model's layers.
   *
   * @param tensors of the model
   * @return module name to the shape {@code [out, in]} of its weight
   * @throws dev.hone.formats.HoneException if a target names no linear layer of the blocks, or none
   *     is left
   */
  public Map<String, long[]> modules(List<TensorSpec> tensors) {
    return targets.resolve(tensors, parts::covers);
  }

  /**
   * The tensors of the base model that are trained too, by their names there.
   *
   * @throws dev.hone.formats.HoneException if a module to save is none of the model's
   */
  public Map<String, TrainedParts.Part> parts(List<TensorSpec> tensors) {
    return parts.resolve(modules(tensors).keySet(), tensors);
  }

  /** The same without dropout, for inference or where nothing was said. */
  public LoraSettings withoutDropout() {
    return new LoraSettings(ranks, 0, targets, init, dora, parts);
  }

  /** Of branches of twice the rank that hold what they began as, too; they begin as plain ones. */
  public LoraSettings converted() {
    return new LoraSettings(ranks.doubled(), dropout, targets, LoraInit.KAIMING, dora, parts);
  }

  /** The same for a task: a reward is given by a head that is trained whole. */
  public LoraSettings forTask(Task task) {
    return task == Task.SEQ_CLS
        ? new LoraSettings(ranks, dropout, targets, init, dora, parts.withScore())
        : this;
  }

  /** The same with other targets. */
  LoraSettings withTargets(LoraTargets other) {
    return new LoraSettings(ranks, dropout, other, init, dora, parts);
  }
}
