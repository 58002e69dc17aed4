package dev.hone.training.trainer;

import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import java.util.List;

/** Supervised fine-tuning: the weighted negative log-likelihood of the next token. */
public record SupervisedObjective(CausalLm model) implements Objective {

  @Override
  public List<Parameter> parameters() {
    return model.parameters();
  }

  @Override
  public void zeroGradients() {
    model.zeroGradients();
  }

  @Override
  public void setDropoutSeed(long seed) {
    model.setDropoutSeed(seed);
  }

  @Override
  public LossSum forwardBackward(PackedRow batch, double lossScale) {
    return model.forwardBackward(batch, lossScale);
  }
}
