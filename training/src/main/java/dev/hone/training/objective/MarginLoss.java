package dev.hone.training.objective;

/**
 * A function of the margin between the scores of the two answers, {@code beta (s(w) - s(l))}. The
 * score is what the divergence makes of {@code r}, or of the log-probability itself where the
 * reference is 0; of a whole answer, or of one of its tokens in the mean.
 *
 * @param function of the margin
 * @param beta what the margin is multiplied by
 * @param divergence from the reference
 * @param perToken whether a score is divided by the number of tokens of its answer
 */
public record MarginLoss(
    MarginFunction function, double beta, Divergence divergence, boolean perToken)
    implements PairLoss.OfEach {

  @Override
  public PairTerm term(Pair pair) {
    Slope chosen = divergence.score(pair.chosen().logRatio());
    Slope rejected = divergence.score(pair.rejected().logRatio());
    double ofChosen = perToken ? beta / pair.chosen().tokens() : beta;
    double ofRejected = perToken ? beta / pair.rejected().tokens() : beta;
    Slope loss = function.at(ofChosen * chosen.value() - ofRejected * rejected.value());
    return new PairTerm(
        loss.value(),
        loss.slope() * ofChosen * chosen.slope(),
        -loss.slope() * ofRejected * rejected.slope());
  }
}
