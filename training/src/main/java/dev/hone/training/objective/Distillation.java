package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.model.CausalLm;
import java.util.List;

/**
 * Learning from what a teacher says of the targets of each pack. What is held out is measured by
 * its likelihood, so that runs with a teacher and without can be compared.
 *
 * @param loss of each target
 * @param embeddingNoise NEFTune's alpha (Jain et al. 2023); 0: none
 */
public record Distillation(DistillationLoss loss, double embeddingNoise) implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean isOfDocuments() {
    return true;
  }

  @Override
  public Learning on(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    model.setEmbeddingNoise(embeddingNoise);
    return new Learning(new DistillationObjective(model, loss), packs);
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    return new HeldOut(packs, () -> new DistillationObjective(model, loss).evaluate(packs));
  }

  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return heldOut(model, packs);
  }
}
