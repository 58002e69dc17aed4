package dev.hone.training.objective;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Supervised fine-tuning: the weighted negative log-likelihood of the next token, summed over the
 * global batch and divided once by the sum of all its weights.
 *
 * @param loss of each token, if it is another one
 */
public record SupervisedObjective(CausalLm model, TokenLoss loss) implements Objective {

  /** The negative log-likelihood. */
  public SupervisedObjective(CausalLm model) {
    this(model, TokenLoss.NLL);
  }

  @Override
  public List<Parameter> parameters() {
    return model.parameters();
  }

  @Override
  public void onBackward(IntConsumer finalFrom) {
    model.onBackward(finalFrom);
  }

  @Override
  public void zeroGradients() {
    model.zeroGradients();
  }

  @Override
  public StepLoss forwardBackward(Share share) {
    double weight = weight(share);
    LossSum[] sum = {LossSum.ZERO};
    share.eachPass(
        i -> {
          model.setDropoutSeed(share.seeds().of(i));
          PackedRow row = share.microBatches().get(i);
          sum[0] = sum[0].plus(model.forwardBackward(row, 1 / weight, loss));
        });
    return step(sum[0].over(share.ranks()));
  }

  /** The loss of packs, all of them together, without gradients. */
  StepLoss evaluate(PackSource packs) {
    LossSum sum = LossSum.ZERO;
    for (long pack = 0; pack < packs.size(); pack++) {
      sum = sum.plus(model.evaluate(packs.read(pack)));
    }
    return step(sum);
  }

  /**
   * The sum of all loss weights of the global batch.
   *
   * @throws HoneException if it is 0
   */
  static double weight(Share share) {
    double mine = share.microBatches().stream().mapToDouble(PackedRow::weightSum).sum();
    double weight = share.ranks().sums(mine)[0];
    if (!(weight > 0)) {
      throw new HoneException(
          "the packs of a step have no token with a loss weight above 0, so there is no loss; check the mask with `hone preview`, or raise gradient_accumulation_steps");
    }
    return weight;
  }

  /** TRL's metrics of a supervised step. */
  static StepLoss step(LossSum sum) {
    return new StepLoss(
        sum.mean(),
        new Means()
            .add("mean_token_accuracy", sum.correct(), sum.targets())
            .add("entropy", sum.entropy(), sum.targets()));
  }
}
