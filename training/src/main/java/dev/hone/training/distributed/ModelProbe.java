package dev.hone.training.distributed;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.HeldOut;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures a model inside the rank that has it in memory: before training, after it, and between
 * steps where {@link #everyEvalSteps}. A probe travels to the rank, so it must be serialisable.
 */
public interface ModelProbe extends Serializable {

  /** Whether it also measures every {@code eval_steps}. */
  boolean everyEvalSteps();

  /** Tokens that a pass has to have room for; prompts that are read in pieces need none. */
  default int passTokens() {
    return 0;
  }

  /** Room for the passes of all of these. */
  static int passTokens(List<ModelProbe> probes) {
    return probes.stream().mapToInt(ModelProbe::passTokens).max().orElse(0);
  }

  /**
   * Measures the model and says what it found.
   *
   * @param step optimizer steps done; 0 = before training
   */
  void measure(Subject subject, long step);

  /**
   * What is measured.
   *
   * @param base the directory of the base model, with its tokenizer
   * @param heldOut packs of the eval split
   * @param report takes {@link RankMessage.Evaluated} and {@link RankMessage.Generated}
   */
  record Subject(
      CausalLm model, ModelDirectory base, HeldOut heldOut, Consumer<RankMessage> report) {}
}
