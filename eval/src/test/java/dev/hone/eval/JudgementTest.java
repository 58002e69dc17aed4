package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.eval.Judgement.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class JudgementTest {

  @Test
  void aTieIsHalfAWinAndWhatNobodyJudgedIsNothing() {
    Measured rate =
        Judgement.winRate(
                said(
                    Outcome.WIN,
                    Outcome.WIN,
                    Outcome.WIN,
                    Outcome.TIE,
                    Outcome.TIE,
                    Outcome.LOSS,
                    Outcome.NONE))
            .orElseThrow();
    assertEquals("win_rate", rate.name());
    assertEquals(4.0 / 6, rate.value(), 1e-12);
    assertEquals(6, rate.n());
    assertEquals(0.3000, rate.interval().low(), 1e-4);
    assertEquals(0.9032, rate.interval().high(), 1e-4);
  }

  @Test
  void withoutAJudgementThereIsNoRate() {
    assertEquals(Optional.empty(), Judgement.winRate(said(Outcome.NONE)));
    assertEquals(Optional.empty(), Judgement.winRate(List.of()));
  }

  @Test
  void theBetterOfTwoNumbersWins() {
    assertEquals("win: reward 1.500 against -0.2500", Judgement.of(1.5, -0.25, "reward").text());
    assertEquals(Outcome.LOSS, Judgement.of(0, 1, "exact_match").outcome());
    assertEquals(Outcome.TIE, Judgement.of(1, 1, "exact_match").outcome());
  }

  private static List<Judgement> said(Outcome... outcomes) {
    return Arrays.stream(outcomes).map(outcome -> new Judgement(outcome, "")).toList();
  }
}
