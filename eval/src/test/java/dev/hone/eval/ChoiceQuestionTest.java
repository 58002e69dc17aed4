package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChoiceQuestionTest {
  private static final Tokenizer TOKENIZER =
      Tokenizers.open(
          Path.of(System.getProperty("hone.repository"))
              .resolve("training/src/test/resources/parity/llama/model"));

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static ChoiceQuestion of(String context, int longest, String... choices) {
    return ChoiceQuestion.of(context, List.of(choices), 0, TOKENIZER, longest);
  }

  /** The context's own white space at its end goes to the choice, as in lm-evaluation-harness. */
  @Test
  void aSpaceComesBetweenContextAndChoice() {
    ChoiceQuestion.Text text = of("Answer:\n", 99, "iron").texts().get(0);
    int context = TOKENIZER.encode("Answer:").ids().length;
    int[] all = TOKENIZER.encode("Answer:\n iron").ids();
    int prefix = TOKENIZER.prefixIds().length;
    assertArrayEquals(all, Arrays.copyOfRange(text.ids(), prefix, text.ids().length));
    assertEquals(prefix + context, text.from());
    assertEquals(
        "\n iron",
        TOKENIZER.decode(Arrays.copyOfRange(text.ids(), text.from(), text.ids().length), false));
  }

  @Test
  void aLongContextLosesItsBeginning() {
    ChoiceQuestion.Text whole = of("one two three four five", 999, "six").texts().get(0);
    int[] ids = whole.ids();
    int choice = ids.length - whole.from();
    ChoiceQuestion.Text cut = of("one two three four five", choice + 2, "six").texts().get(0);
    assertEquals(2, cut.from());
    assertArrayEquals(Arrays.copyOfRange(ids, ids.length - choice - 2, ids.length), cut.ids());
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> of("one two three four five", choice, "six"))
            .getMessage();
    assertTrue(message.endsWith("of choice 'six', and both need one in " + choice), message);
  }

  /**
   * {@code acc = np.argmax(lls)}, {@code acc_norm = np.argmax(lls / [len(c) for c in choices])}:
   * the long one is less likely, and likelier for each of its characters.
   */
  @Test
  void likelihoodsAreDividedByCharacters() {
    ChoiceQuestion question = of("Q", 99, "ab", "abcdefgh", "😀😀");
    assertEquals(0, question.likeliest(new double[] {-2, -4, -3}));
    assertEquals(1, question.likeliestByLength(new double[] {-2, -4, -3}));
    assertEquals(2, question.likeliestByLength(new double[] {-2, -4, -0.9}));
    assertEquals(0, question.likeliestByLength(new double[] {-1, -4, -1}), "the first of equals");
  }
}
