package dev.hone.training.objective;

import dev.hone.training.data.PackedRow;
import java.util.OptionalDouble;

/**
 * How pairs of answers are learned from.
 *
 * @param loss of the pairs
 * @param beta what rewards are multiplied by in the metrics
 * @param reference whether the loss compares with a reference model
 * @param perToken whether metrics are of mean log-probabilities of a token, as the losses are that
 *     need no reference
 * @param nllWeight what the negative log-likelihood of a token of the chosen answers counts beside
 *     the loss: {@code rpo_alpha}, {@code cpo_alpha}, 1 in ORPO
 * @param nllOverPrompt whether that is of prompts too, as TRL has it for ORPO
 * @param ldAlpha {@code ld_alpha}: what a token weighs beyond the length of the other answer
 */
public record PairSettings(
    PairLoss loss,
    double beta,
    boolean reference,
    boolean perToken,
    double nllWeight,
    boolean nllOverPrompt,
    OptionalDouble ldAlpha) {

  /** A loss that compares with a reference, and nothing beside it. */
  public static PairSettings of(PairLoss loss, double beta) {
    return new PairSettings(loss, beta, true, false, 0, false, OptionalDouble.empty());
  }

  AnswerWeights weights(PackedRow row) {
    return new AnswerWeights(row, ldAlpha, nllWeight != 0, nllOverPrompt);
  }
}
