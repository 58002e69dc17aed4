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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Learning from pairs of answers: the mean over the pairs of the global batch of their loss, and
 * the likelihood of the chosen answers where that counts too. Dropout does not act, as the two
 * models that are compared would not be the same at the first step.
 *
 * <p>The answers of a micro-batch share one pass. What a pair costs is known when the
 * log-probabilities of both are, so the derivative by every token follows from {@code dL/dlogp} of
 * its answer: by the chain rule it is that times the token's weight.
 *
 * @param model the policy
 * @param settings loss and what counts beside it
 */
public record PairObjective(CausalLm model, PairSettings settings) implements Objective {

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
    List<MicroBatch> batches = share.microBatches().stream().map(this::microBatch).toList();
    double[] sums =
        share
            .ranks()
            .sums(
                batches.size(),
                batches.stream().mapToInt(batch -> batch.weights().answers() / 2).sum(),
                batches.stream().mapToDouble(batch -> batch.weights().nllTokens()).sum());
    double pairs = sums[1];
    double tokens = sums[2];
    boolean comparesPairs = settings.loss().comparesPairs() && sums[0] > 1;
    List<MicroBatch> decided = comparesPairs ? withTerms(batches, share.ranks()) : batches;
    PairMetrics metrics = new PairMetrics(settings);
    share.eachPass(
        i -> {
          Pass pass = pass(decided.get(i), pairs, tokens, metrics);
          model.forwardBackward(pass.targets(), false, pass.rule());
        });
    return metrics.over(share.ranks()).step(pairs, tokens);
  }

  /**
   * What the model is asked to do with a micro-batch.
   *
   * @param targets the row, whose loss weights say which tokens count at all
   * @param rule what is minimised
   */
  public record Pass(PackedRow targets, LossRule rule) {}

  /**
   * The loss of packs, all of them together, without gradients. A loss that compares pairs with
   * each other compares those of a pack.
   */
  public StepLoss evaluate(PackSource packs) {
    PairMetrics metrics = new PairMetrics(settings);
    double pairs = 0;
    double tokens = 0;
    for (long pack = 0; pack < packs.size(); pack++) {
      MicroBatch batch = microBatch(packs.read(pack));
      TargetScores scores = model.score(batch.weights().targets(), true);
      decide(batch, scores, new double[scores.count()], 1, 1, metrics);
      pairs += batch.weights().answers() / 2;
      tokens += batch.weights().nllTokens();
    }
    return metrics.step(pairs, tokens);
  }

  /** The pass over a global batch of one micro-batch. */
  public Pass pass(PackedRow row) {
    MicroBatch batch = microBatch(row);
    return pass(
        batch,
        batch.weights().answers() / 2,
        batch.weights().nllTokens(),
        new PairMetrics(settings));
  }

  private Pass pass(MicroBatch batch, double pairs, double tokens, PairMetrics metrics) {
    return new Pass(
        batch.weights().targets(),
        (scores, coefficients) -> decide(batch, scores, coefficients, pairs, tokens, metrics));
  }

  /**
   * A micro-batch before its pass.
   *
   * @param reference log-probability of each answer under the reference; zeros without one
   * @param terms of its pairs, if they are known already
   */
  private record MicroBatch(AnswerWeights weights, double[] reference, List<PairTerm> terms) {}

  private MicroBatch microBatch(PackedRow row) {
    Answers answers =
        row.answers()
            .orElseThrow(
                () -> new IllegalArgumentException("a row to compare needs to say its answers"));
    AnswerWeights weights = settings.weights(row);
    requirePairs(answers, weights);
    return new MicroBatch(weights, reference(answers), List.of());
  }

  private double[] reference(Answers answers) {
    if (!settings.reference()) {
      return new double[answers.chosen().length];
    }
    return answers
        .reference()
        .orElseThrow(
            () -> new IllegalArgumentException("the reference of answers must be known by now"));
  }

  private static void requirePairs(Answers answers, AnswerWeights weights) {
    boolean[] chosen = answers.chosen();
    for (int i = 0; i < chosen.length; i += 2) {
      if (i + 1 == chosen.length || !chosen[i] || chosen[i + 1]) {
        throw new IllegalArgumentException(
            "answers of a pair are neighbours, the chosen one first: " + Arrays.toString(chosen));
      }
      if (weights.tokens(i) == 0 || weights.tokens(i + 1) == 0) {
        throw new HoneException(
            "an answer of a pair has no token with a loss weight above 0, so it cannot be compared; prepare the pairs again");
      }
    }
  }

  /** Terms that depend on all pairs of the global batch: a forward pass over each, to know them. */
  private List<MicroBatch> withTerms(List<MicroBatch> batches, Exchange ranks) {
    List<Pair> mine = new ArrayList<>();
    for (MicroBatch batch : batches) {
      TargetScores scores = model.score(batch.weights().targets(), true);
      mine.addAll(pairs(batch, batch.weights().logps(scores)));
    }
    PairsOfRanks pairs = PairsOfRanks.gather(mine, ranks);
    List<PairTerm> terms = settings.loss().terms(pairs.all());
    List<MicroBatch> known = new ArrayList<>();
    int from = pairs.before();
    for (MicroBatch batch : batches) {
      int to = from + batch.weights().answers() / 2;
      known.add(new MicroBatch(batch.weights(), batch.reference(), terms.subList(from, to)));
      from = to;
    }
    return known;
  }

  private static List<Pair> pairs(MicroBatch batch, double[] logps) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < logps.length; i += 2) {
      pairs.add(new Pair(answer(batch, logps, i), answer(batch, logps, i + 1)));
    }
    return pairs;
  }

  private static Answer answer(MicroBatch batch, double[] logps, int document) {
    return new Answer(
        logps[document], batch.reference()[document], batch.weights().tokens(document));
  }

  private double decide(
      MicroBatch batch,
      TargetScores scores,
      double[] coefficients,
      double allPairs,
      double allTokens,
      PairMetrics metrics) {
    AnswerWeights weights = batch.weights();
    List<Pair> pairs = pairs(batch, weights.logps(scores));
    List<PairTerm> terms = batch.terms().isEmpty() ? settings.loss().terms(pairs) : batch.terms();
    int[] documents = weights.documents(scores);
    double nll = 0;
    for (int i = 0; i < documents.length; i++) {
      PairTerm term = terms.get(documents[i] / 2);
      double byLogp = documents[i] % 2 == 0 ? term.byChosen() : term.byRejected();
      int position = scores.position(i);
      coefficients[i] = -byLogp * weights.logp(position) / allPairs;
      if (weights.nll(position) > 0) {
        coefficients[i] += settings.nllWeight() * weights.nll(position) / allTokens;
        nll -= weights.nll(position) * scores.logProbability(i);
      }
    }
    metrics.add(weights, scores, documents, pairs, terms, nll);
    return terms.stream().mapToDouble(PairTerm::loss).sum() / allPairs
        + (settings.nllWeight() == 0 ? 0 : settings.nllWeight() * nll / allTokens);
  }
}
