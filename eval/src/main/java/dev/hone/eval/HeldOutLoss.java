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
 * @param dataset the name in {@code evals} of all of them
 * @param apart whether each data set is measured by itself, under its own name
 * @param eachPack whether the loss of each pack goes to {@code eval_packs}
 */
public record HeldOutLoss(String dataset, boolean apart, boolean eachPack) implements ModelProbe {

  /** Without the packs' own losses. */
  public HeldOutLoss(String dataset) {
    this(dataset, false, false);
  }

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    subject
        .heldOut(apart, dataset)
        .forEach((name, heldOut) -> measure(subject, name, heldOut.packs(), step));
  }

  private void measure(Subject subject, String name, PackSource packs, long step) {
    List<LossSum> each = new ArrayList<>();
    LossSum sum =
        Evaluator.evaluate(
            pack -> {
              LossSum loss = subject.model().evaluate(pack);
              each.add(loss);
              return loss;
            },
            packs);
    Evaluator.report(sum, name, step, subject.report());
    if (eachPack) {
      subject.report().accept(new RankMessage.EvaluatedPacks(step, name, each));
    }
  }
}
