package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.util.stream.LongStream;

/** Supervised fine-tuning. */
public record Supervised() implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public Learning on(CausalLm model, PackSource packs, LongStream read) {
    return new Learning(new SupervisedObjective(model), packs);
  }

  @Override
  public PackSource heldOut(CausalLm model, PackSource packs) {
    return packs;
  }

  @Override
  public PackSource measured(CausalLm model, PackSource packs) {
    return packs;
  }
}
