package dev.hone.eval;

import dev.hone.training.data.PackSource;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.model.LossSum;
import java.util.ArrayList;
import java.util.List;

/**
 * The held-out packs of the preparation: loss, perplexity and token accuracy, also every {@code
 * eval_steps}.
 *
 * @param dataset the name in {@code evals}
 * @param eachPack whether the loss of each pack goes to {@code eval_packs}
 */
public record HeldOutLoss(String dataset, boolean eachPack) implements ModelProbe {

  /** Without the packs' own losses. */
  public HeldOutLoss(String dataset) {
    this(dataset, false);
  }

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    List<LossSum> each = new ArrayList<>();
    PackSource packs = subject.heldOut().packs();
    LossSum sum =
        Evaluator.evaluate(
            pack -> {
              LossSum loss = subject.model().evaluate(pack);
              each.add(loss);
              return loss;
            },
            packs);
    Evaluator.report(sum, dataset, step, subject.report());
    if (eachPack) {
      subject.report().accept(new RankMessage.EvaluatedPacks(step, dataset, each));
    }
  }
}
