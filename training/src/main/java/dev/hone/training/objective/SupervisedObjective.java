package dev.hone.training.objective;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import java.util.List;

/**
 * Supervised fine-tuning: the weighted negative log-likelihood of the next token, summed over the
 * global batch and divided once by the sum of all its weights.
 */
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
  public StepLoss forwardBackward(List<PackedRow> microBatches, DropoutSeeds seeds) {
    double weight = weight(microBatches);
    LossSum loss = LossSum.ZERO;
    for (int i = 0; i < microBatches.size(); i++) {
      model.setDropoutSeed(seeds.of(i));
      loss = loss.plus(model.forwardBackward(microBatches.get(i), 1 / weight));
    }
    return step(loss);
  }

  /** The loss of packs, all of them together, without gradients. */
  StepLoss evaluate(PackSource packs) {
    LossSum loss = LossSum.ZERO;
    for (long pack = 0; pack < packs.size(); pack++) {
      loss = loss.plus(model.evaluate(packs.read(pack)));
    }
    return step(loss);
  }

  /**
   * The sum of all loss weights.
   *
   * @throws HoneException if it is 0
   */
  static double weight(List<PackedRow> microBatches) {
    double weight = microBatches.stream().mapToDouble(PackedRow::weightSum).sum();
    if (!(weight > 0)) {
      throw new HoneException(
          "the packs of a step have no token with a loss weight above 0, so there is no loss; check the mask with `hone preview`, or raise gradient_accumulation_steps");
    }
    return weight;
  }

  /** TRL's metrics of a supervised step. */
  static StepLoss step(LossSum loss) {
    return new StepLoss(
        loss.mean(),
        new Means()
            .add("mean_token_accuracy", loss.correct(), loss.targets())
            .add("entropy", loss.entropy(), loss.targets()));
  }
}
