package dev.hone.training.objective;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.layers.LossRule;
import dev.hone.training.layers.TargetScores;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;

/**
 * Learning from labelled answers: the mean over the answers of the global batch of their {@link
 * KtoLoss}. Dropout does not act, as the two models that are compared would not be the same at the
 * first step.
 *
 * <p>How far the policy has gone from its reference is the mean log-ratio of {@link Mismatches} of
 * the global batch, 0 if that is negative; of one answer alone, which has none, it is 0.
 *
 * @param model the policy
 * @param loss of an answer
 * @param longest tokens that a mismatch is cut to
 * @param mismatches what the reference says of mismatches; empty: the distance counts as 0
 */
public record KtoObjective(
    CausalLm model, KtoLoss loss, int longest, Optional<PassReference> mismatches)
    implements Objective {

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
    List<PackedRow> rows = share.microBatches();
    int mine = rows.stream().mapToInt(row -> row.documentStarts().length).sum();
    int answers = (int) share.ranks().sums(mine)[0];
    double kl = kl(rows.size(), i -> rows.get((int) i), answers, share.ranks());
    KtoMetrics metrics = new KtoMetrics(loss, kl);
    share.eachPass(
        i -> {
          PackedRow row = rows.get(i);
          AnswerWeights weights = weights(row);
          model.forwardBackward(weights.targets(), false, rule(row, weights, kl, answers, metrics));
        });
    return metrics.over(share.ranks()).step(answers);
  }

  /** The loss of packs, all of them together as one batch, without gradients. */
  StepLoss evaluate(PackSource packs) {
    int answers = 0;
    for (long pack = 0; pack < packs.size(); pack++) {
      answers += packs.read(pack).documentStarts().length;
    }
    double kl = kl(packs.size(), packs::read, answers, Exchange.alone());
    KtoMetrics metrics = new KtoMetrics(loss, kl);
    for (long pack = 0; pack < packs.size(); pack++) {
      PackedRow row = packs.read(pack);
      AnswerWeights weights = weights(row);
      TargetScores scores = model.score(weights.targets(), true);
      rule(row, weights, kl, answers, metrics).decide(scores, new double[scores.count()]);
    }
    return metrics.step(answers);
  }

  /**
   * The pass over a global batch of one micro-batch.
   *
   * @param kl the distance from the reference
   */
  public PairObjective.Pass pass(PackedRow row, double kl) {
    AnswerWeights weights = weights(row);
    int answers = weights.answers();
    return new PairObjective.Pass(
        weights.targets(), rule(row, weights, kl, answers, new KtoMetrics(loss, kl)));
  }

  /**
   * How far the policy is from its reference.
   *
   * @param rows of this rank
   * @param answers of all ranks
   */
  private double kl(long rows, LongFunction<PackedRow> row, int answers, Exchange ranks) {
    if (mismatches.isEmpty() || answers < 2) {
      return 0;
    }
    double[] sum = new double[1];
    Mismatches.of(
        rows,
        row,
        longest,
        model.maxTokens(),
        ranks,
        pass -> sum[0] += PassReference.logp(model, pass, true) - mismatches.get().logp(pass));
    return Math.max(0, ranks.sums(sum)[0] / answers);
  }

  private static AnswerWeights weights(PackedRow row) {
    AnswerWeights weights = AnswerWeights.plain(row);
    for (int i = 0; i < weights.answers(); i++) {
      if (weights.tokens(i) == 0) {
        throw new HoneException(
            "an answer has no token with a loss weight above 0, so nothing can be learned from its label; prepare the answers again");
      }
    }
    return weights;
  }

  private LossRule rule(
      PackedRow row, AnswerWeights weights, double kl, int answers, KtoMetrics metrics) {
    Answers known = row.answers().orElseThrow();
    double[] reference = known.reference().orElseThrow();
    return (scores, coefficients) -> {
      double[] logps = weights.logps(scores);
      Slope[] costs = new Slope[logps.length];
      double total = 0;
      for (int i = 0; i < costs.length; i++) {
        costs[i] = loss.of(known.chosen()[i], logps[i] - reference[i], kl);
        total += costs[i].value();
        metrics.add(known.chosen()[i], logps[i], logps[i] - reference[i], costs[i].value());
      }
      int[] documents = weights.documents(scores);
      for (int i = 0; i < documents.length; i++) {
        double weight = weights.logp(scores.position(i));
        coefficients[i] = -costs[documents[i]].slope() * weight / answers;
        metrics.addToken(known.chosen()[documents[i]], scores, i);
      }
      return total / answers;
    };
  }
}
