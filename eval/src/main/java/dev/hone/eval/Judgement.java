package dev.hone.eval;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a judge says of two answers to one question.
 *
 * @param reason for a person, in one line
 */
public record Judgement(Outcome outcome, String reason) {

  /** For the model that is measured, against the one that it is compared with. */
  public enum Outcome {
    /** Its answer is the better one. */
    WIN,
    /** None is better. */
    TIE,
    /** The other one is better. */
    LOSS,
    /** The judge could not be asked. */
    NONE
  }

  /** The better of two numbers wins. */
  public static Judgement of(double mine, double other, String what) {
    Outcome outcome = mine > other ? Outcome.WIN : mine < other ? Outcome.LOSS : Outcome.TIE;
    return new Judgement(
        outcome, String.format(Locale.ROOT, "%s %.4g against %.4g", what, mine, other));
  }

  /** As {@code generations} has it: {@code win: reward 1.5 against 0.2}. */
  public String text() {
    return outcome.name().toLowerCase(Locale.ROOT) + ": " + reason;
  }

  /**
   * The share of the questions that were judged in which the model wins, a tie being half a win.
   * The interval is Wilson's of that share: right without ties, and wider than need be with them.
   *
   * <p>Worked example: 3 wins, 2 ties, 1 loss and 1 question that nobody judged are 4 / 6, from
   * 0.3000 to 0.9032.
   *
   * @return empty if none was judged
   */
  public static Optional<Measured> winRate(List<Judgement> judgements) {
    double points = 0;
    long judged = 0;
    for (Judgement judgement : judgements) {
      points +=
          switch (judgement.outcome) {
            case WIN -> 1;
            case TIE -> 0.5;
            case LOSS, NONE -> 0;
          };
      judged += judgement.outcome == Outcome.NONE ? 0 : 1;
    }
    return judged == 0 ? Optional.empty() : Optional.of(Measured.share("win_rate", points, judged));
  }
}
