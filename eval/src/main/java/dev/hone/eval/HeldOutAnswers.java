package dev.hone.eval;

import dev.hone.training.data.PackSource;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
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
 * @param dataset the name in {@code evals}
 * @param together answers that one loss is of: 2 of a pair, 1 of a labelled answer
 */
public record HeldOutAnswers(String dataset, int together) implements ModelProbe {
  /** How many pairs are told apart. */
  private static final Set<String> SHARES = Set.of("rewards/accuracies", "eval_accuracy");

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    PackSource packs = subject.heldOut().packs();
    if (packs.size() == 0) {
      return;
    }
    long losses =
        LongStream.range(0, packs.size())
            .map(pack -> packs.read(pack).documentStarts().length / together)
            .sum();
    StepLoss loss = subject.heldOut().loss().get();
    Instant now = Instant.now();
    subject
        .report()
        .accept(new RankMessage.Evaluated(step, dataset, "eval_loss", loss.loss(), losses, now));
    loss.metrics()
        .values()
        .forEach((name, value) -> subject.report().accept(message(step, name, value, losses, now)));
    if (loss.rewards().pairs() > 0) {
      subject.report().accept(auc(loss.rewards()).message(step, dataset));
      subject.report().accept(new RankMessage.EvaluatedPairs(step, dataset, loss.rewards()));
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

  private RankMessage message(long step, String name, double value, long losses, Instant now) {
    return SHARES.contains(name)
        ? Measured.share(name, value * losses, losses).message(step, dataset)
        : new RankMessage.Evaluated(step, dataset, name, value, losses, now);
  }
}
