package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.model.CausalLm;
import java.util.List;

/**
 * Supervised fine-tuning. What is held out is always measured by its likelihood, so that runs with
 * different losses can be compared.
 *
 * @param loss of each target
 * @param embeddingNoise NEFTune's alpha (Jain et al. 2023); 0: none
 */
public record Supervised(TokenLoss loss, double embeddingNoise) implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  /** By the likelihood alone. */
  public static final Supervised PLAIN = new Supervised(TokenLoss.NLL, 0);

  @Override
  public boolean isOfDocuments() {
    return true;
  }

  @Override
  public Learning on(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    model.setEmbeddingNoise(embeddingNoise);
    return new Learning(new SupervisedObjective(model, loss), packs);
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    return new HeldOut(packs, () -> new SupervisedObjective(model, loss).evaluate(packs));
  }

  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return heldOut(model, packs);
  }
}
