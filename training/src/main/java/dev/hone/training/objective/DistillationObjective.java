package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.DistilledSum;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Learning from a teacher: the weighted {@link DistillationLoss} of the targets, summed over the
 * global batch and divided once by the sum of all its weights. Its metrics are {@code kd_loss} and
 * {@code ce_loss}, the weighted means of {@code T² D} and of the negative log-likelihood, of which
 * the loss is {@code kd_alpha} and {@code kd_ce_alpha} times; beside those of {@link
 * SupervisedObjective}. Axolotl and TRL log their sum alone; the names are those that Axolotl's
 * kernel has for the two.
 *
 * @param model the student
 */
public record DistillationObjective(CausalLm model, DistillationLoss loss) implements Objective {

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

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a row has targets and no teaching
   */
  @Override
  public StepLoss forwardBackward(Share share) {
    double weight = SupervisedObjective.weight(share);
    DistilledSum[] mine = {DistilledSum.ZERO};
    share.eachPass(
        i -> {
          model.setDropoutSeed(share.seeds().of(i));
          PackedRow row = share.microBatches().get(i);
          mine[0] = mine[0].plus(model.forwardBackward(row, 1 / weight, loss));
        });
    DistilledSum sum = mine[0].over(share.ranks());
    LossSum likelihood = sum.likelihood();
    Means metrics = SupervisedObjective.step(likelihood).metrics();
    return new StepLoss(
        loss.of(likelihood.mean(), sum.divergence() / likelihood.weight()),
        metrics
            .add("kd_loss", sum.divergence(), likelihood.weight())
            .add("ce_loss", likelihood.sum(), likelihood.weight()));
  }

  /**
   * The negative log-likelihood of packs, all of them together, without gradients; and {@code
   * kd_loss} of those that have a teaching.
   */
  StepLoss evaluate(PackSource packs) {
    LossSum likelihood = LossSum.ZERO;
    DistilledSum taught = DistilledSum.ZERO;
    for (long pack = 0; pack < packs.size(); pack++) {
      PackedRow row = packs.read(pack);
      if (row.teaching().isPresent()) {
        DistilledSum sum = model.evaluate(row, loss);
        likelihood = likelihood.plus(sum.likelihood());
        taught = taught.plus(sum);
      } else {
        likelihood = likelihood.plus(model.evaluate(row));
      }
    }
    StepLoss step = SupervisedObjective.step(likelihood);
    step.metrics().add("kd_loss", taught.divergence(), taught.likelihood().weight());
    return step;
  }
}
