package dev.hone.eval;

import dev.hone.training.data.PackSource;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.objective.PairObjective;
import dev.hone.training.objective.Preferences;
import dev.hone.training.objective.StepLoss;
import java.time.Instant;
import java.util.stream.LongStream;

/**
 * The held-out pairs of the preparation: the loss that is trained, {@code eval_loss}, and TRL's
 * metrics of a step over pairs, such as {@code rewards/accuracies}. Also every {@code eval_steps}.
 *
 * @param dataset the name in {@code evals}
 * @param preferences what is trained
 */
public record HeldOutPairs(String dataset, Preferences preferences) implements ModelProbe {

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    PackSource packs = subject.heldOut();
    if (packs.size() == 0) {
      return;
    }
    long pairs =
        LongStream.range(0, packs.size())
            .map(pack -> packs.read(pack).documentStarts().length / 2)
            .sum();
    StepLoss loss = new PairObjective(subject.model(), preferences.settings()).evaluate(packs);
    Instant now = Instant.now();
    subject
        .report()
        .accept(new RankMessage.Evaluated(step, dataset, "eval_loss", loss.loss(), pairs, now));
    loss.metrics()
        .values()
        .forEach(
            (name, value) ->
                subject
                    .report()
                    .accept(new RankMessage.Evaluated(step, dataset, name, value, pairs, now)));
  }
}
