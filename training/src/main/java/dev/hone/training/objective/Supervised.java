package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.util.List;

/** Supervised fine-tuning. */
public record Supervised() implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public Learning on(CausalLm model, PackSource packs, Iterable<List<long[]>> steps) {
    return new Learning(new SupervisedObjective(model), packs);
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    return new HeldOut(packs, () -> new SupervisedObjective(model).evaluate(packs));
  }

  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return heldOut(model, packs);
  }
}
