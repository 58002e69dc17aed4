package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The numbers are those of sacrebleu 2.6.0 for {@link AnswerPairs}, alone and together ({@code
 * nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp}):
 *
 * <pre>{@code
 * for answer, reference in pairs: print(BLEU().corpus_score([answer], [[reference]]).score)
 * print(BLEU().corpus_score(answers, [references]).score)
 * }</pre>
 */
@Tag("unit")
class BleuTest {
  private static final double[] EXPECTED = {
    0.0,
    61.925574363813034,
    31.76215203205584,
    24.274588585366175,
    59.460355750136046,
    0.0,
    12.703318703865376,
    100.00000000000004
  };

  @Test
  void theNumbersAreThoseOfSacrebleu() {
    for (int i = 0; i < EXPECTED.length; i++) {
      AnswerPairs.Pair pair = AnswerPairs.ALL.get(i);
      double found = Bleu.score(List.of(Bleu.of(pair.answer(), pair.reference())));
      assertEquals(EXPECTED[i], found, 1e-9, pair.answer());
    }
    List<Bleu> all =
        AnswerPairs.ALL.stream().map(pair -> Bleu.of(pair.answer(), pair.reference())).toList();
    assertEquals(49.33328043985818, Bleu.score(all), 1e-9);
  }

  /** {@code Tokenizer13a()(text)}. */
  @Test
  void theTokensAreThoseOfSacrebleu() {
    List<String> expected =
        List.of(
            "the cat sat",
            "SELECT MIN ( value ) FROM metrics WHERE run _ id = 'a-7'",
            "It's 1,000.5 km - or 7 - 8 .",
            "Größe zählt , naïve Œuvre ; 東京 3.5 %",
            "a b c d",
            "",
            "one two three four five six",
            "A & B < tag > and a new line");
    for (int i = 0; i < expected.size(); i++) {
      String answer = AnswerPairs.ALL.get(i).answer();
      assertEquals(expected.get(i), String.join(" ", Tokens13a.of(answer)));
    }
  }
}
