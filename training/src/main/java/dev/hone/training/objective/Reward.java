package dev.hone.training.objective;

import dev.hone.formats.model.Task;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.RewardModel;
import java.util.List;

/**
 * {@code reward_model: true}: a model that rates answers, learned from pairs of them.
 *
 * @param centring {@code center_rewards_coefficient}; 0: rewards may lie anywhere
 */
public record Reward(double centring) implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public Task task() {
    return Task.SEQ_CLS;
  }

  @Override
  public Learning on(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    return new Learning(objective(model), packs);
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    RewardObjective objective = objective(model);
    return new HeldOut(packs, () -> objective.evaluate(packs));
  }

  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return heldOut(model, packs);
  }

  private RewardObjective objective(CausalLm model) {
    return new RewardObjective(new RewardModel(model), new BradleyTerry(centring));
  }
}
