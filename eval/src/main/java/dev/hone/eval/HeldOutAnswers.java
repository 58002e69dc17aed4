package dev.hone.eval;

import dev.hone.training.data.PackSource;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.objective.HeldOut;
import dev.hone.training.objective.PairRewards;
import dev.hone.training.objective.StepLoss;
import java.time.Instant;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The held-out answers of the preparation: the loss that is trained, {@code eval_loss}, and TRL's
 * metrics of a step over them, such as {@code rewards/margins}. Shares of pairs have an interval.
 * Of a reward model also {@code eval_auc}, the area of {@link RocCurve} with an interval, and the
 * rewards of each pair, which go to {@code eval_rewards}. Also every {@code eval_steps}.
 *
 * @param dataset the name in {@code evals} of all of them
 * @param apart whether each data set is measured by itself, under its own name
 * @param together answers that one loss is of: 2 of a pair, 1 of a labelled answer
 */
public record HeldOutAnswers(String dataset, boolean apart, int together) implements ModelProbe {
  /** How many pairs are told apart. */
  private static final Set<String> SHARES = Set.of("rewards/accuracies", "eval_accuracy");

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    subject
        .heldOut(apart, dataset)
        .forEach((name, heldOut) -> measure(subject, name, heldOut, step));
  }

  private void measure(Subject subject, String set, HeldOut heldOut, long step) {
    PackSource packs = heldOut.packs();
    if (packs.size() == 0) {
      return;
    }
    long losses =
        LongStream.range(0, packs.size())
            .map(pack -> packs.read(pack).documentStarts().length / together)
            .sum();
    StepLoss loss = heldOut.loss().get();
    Instant now = Instant.now();
    subject
        .report()
        .accept(new RankMessage.Evaluated(step, set, "eval_loss", loss.loss(), losses, now));
    loss.metrics()
        .values()
        .forEach(
            (name, value) -> subject.report().accept(message(step, set, name, value, losses, now)));
    if (loss.rewards().pairs() > 0) {
      subject.report().accept(auc(loss.rewards()).message(step, set));
      subject.report().accept(new RankMessage.EvaluatedPairs(step, set, loss.rewards()));
    }
  }

  /** Pairs are drawn for its interval, not answers: the two of a pair belong together. */
  private static Measured auc(PairRewards rewards) {
    return new Measured(
        "eval_auc",
        RocCurve.of(rewards).area(),
        rewards.pairs(),
        Interval.bootstrap(rewards.pairs(), pairs -> RocCurve.of(rewards.drawn(pairs)).area()));
  }

  private static RankMessage message(
      long step, String set, String name, double value, long losses, Instant now) {
    return SHARES.contains(name)
        ? Measured.share(name, value * losses, losses).message(step, set)
        : new RankMessage.Evaluated(step, set, name, value, losses, now);
  }
}
