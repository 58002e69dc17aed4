package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HeldOutPromptTest {
  private static final int[] TOKENS = {1, 5, 6, 7, 8, 2, 9, 4};

  private static PackedRow row(float... weights) {
    return new PackedRow(TOKENS, weights, new int[] {0});
  }

  private static Optional<String> cut(PackedRow row, int document) {
    return HeldOutPrompt.of(row, document).map(HeldOutPromptTest::shown);
  }

  private static String shown(HeldOutPrompt document) {
    return Arrays.toString(document.prompt()) + Arrays.toString(document.answer());
  }

  @Test
  void theFirstTrainedStretchIsTheAnswer() {
    assertEquals(
        Optional.of("[1, 5, 6][7, 8, 2]"), cut(row(0, 0, 0, 1, 1, 1, 0, 1), 0), "an answer");
    assertEquals(
        Optional.of("[1, 5, 6][7, 8, 2, 9]"), cut(row(0, 1, 1, 1, 1, 1, 1, 0), 0), "a text");
    assertEquals(
        Optional.of("[1, 5][6]"),
        cut(row(0, 0, 0.5f, 0, 0, 0, 0, 1), 0),
        "two tokens are a prompt");
    assertEquals(Optional.of("[1][5]"), cut(row(0, 1, 0, 0, 0, 0, 0, 0), 0), "the shortest");
    assertEquals(
        Optional.of("[1, 5, 6, 7, 8, 2, 9][4]"), cut(row(0, 0, 0, 0, 0, 0, 0, 1), 0), "the end");
    assertEquals(Optional.empty(), cut(row(0, 0, 0, 0, 0, 0, 0, 0), 0), "nothing is trained");
  }

  /** Documents of 3 tokens, of 1, of 4. */
  @Test
  void aDocumentEndsWhereTheNextBegins() {
    PackedRow row =
        new PackedRow(TOKENS, new float[] {0, 0, 1, 0, 0, 1, 1, 1}, new int[] {0, 3, 4});
    assertEquals(Optional.of("[1, 5][6]"), cut(row, 0));
    assertEquals(Optional.empty(), cut(row, 1));
    assertEquals(Optional.of("[8, 2][9, 4]"), cut(row, 2));
  }

  @Test
  void anAnswerThatIsNotWantedIsNoReference() {
    PackedRow row =
        new PackedRow(TOKENS, new float[] {0, 0, 0, 1, 0, 0, 0, 1}, new int[] {0, 4})
            .withAnswers(new Answers(true, false));
    assertEquals(Optional.of("[1, 5, 6][7]"), cut(row, 0));
    assertEquals(Optional.empty(), cut(row, 1));
  }

  @Test
  void theFirstOnesAreTakenInTheOrderOfThePacks() {
    PackedRow nothing = row(new float[8]);
    PackedRow two = new PackedRow(TOKENS, new float[] {0, 0, 1, 0, 0, 1, 1, 1}, new int[] {0, 4});
    PackedRow one = row(0, 0, 0, 1, 1, 1, 0, 1);
    PackSource packs = packs(nothing, two, one, two);
    List<String> all = List.of("[1, 5][6]", "[8, 2][9, 4]", "[1, 5, 6][7, 8, 2]");
    for (int count = 1; count <= 3; count++) {
      assertEquals(
          all.subList(0, count),
          HeldOutPrompt.first(packs, count).stream().map(HeldOutPromptTest::shown).toList());
    }
    assertEquals(5, HeldOutPrompt.first(packs, 9).size());
    assertEquals(List.of(), HeldOutPrompt.first(packs(nothing), 1));
  }

  private static PackSource packs(PackedRow... rows) {
    return new PackSource() {
      @Override
      public long size() {
        return rows.length;
      }

      @Override
      public int longest() {
        return TOKENS.length;
      }

      @Override
      public PackedRow read(long pack) {
        return rows[(int) pack];
      }
    };
  }
}
