package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.Segment;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of every kind through every strategy, down to the tokens. */
@Tag("unit")
class FittingTest {
  @TempDir private static Path directory;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = DjlTokenizer.open(ByteTokenizer.write(directory));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static SampleMaker.Outcome make(
      ExcessLength strategy, int sequenceLen, int minSampleLen, Document document) {
    PrepDataset dataset =
        new PrepDataset("d", TemplateChoice.of("chatml"), MaskRules.defaults(), strategy);
    return new SampleMaker(
            tokenizer, List.of(dataset), new LengthRules(sequenceLen, minSampleLen), Examples.TEXTS)
        .make("d", document.kind(), DocumentJson.write(document));
  }

  private static Fitted fitted(ExcessLength strategy, int sequenceLen, Document document) {
    return ((SampleMaker.Made) make(strategy, sequenceLen, 2, document)).fitted();
  }

  private static void assertRefused(SampleMaker.Outcome outcome, String reason, String part) {
    SampleMaker.Refused refused = (SampleMaker.Refused) outcome;
    assertEquals(reason, refused.reason());
    assertTrue(refused.message().contains(part), refused.message());
  }

  @Test
  void whatFitsStaysAsItIsWhateverTheStrategy() {
    for (ExcessLength strategy : ExcessLength.values()) {
      Fitted fitted = fitted(strategy, 4, Completion.of("abc"));
      TokenCutTest.assertSamples(
          fitted.samples(),
          new int[][] {{'a', 'b', 'c', ByteTokenizer.IM_END}},
          new float[][] {{0, 1, 1, 1}});
      assertEquals(Optional.empty(), fitted.applied());
    }
  }

  @Test
  void dropAndErrorRefuseWhatDoesNotFit() {
    for (ExcessLength strategy : List.of(ExcessLength.DROP, ExcessLength.ERROR)) {
      assertRefused(
          make(strategy, 3, 2, Completion.of("abc")), "too_long", "4 tokens, sequence_len is 3");
    }
  }

  @Test
  void aTextSplitsIntoTokensAndClosesOnce() {
    Completion text = new Completion(List.of(Segment.input("ab"), Segment.of("cdefg", 0.5f)), true);
    TokenCutTest.assertSamples(
        fitted(ExcessLength.SPLIT, 3, text).samples(),
        new int[][] {{'a', 'b', 'c'}, {'d', 'e', 'f'}, {'g', ByteTokenizer.IM_END}},
        new float[][] {{0, 0, 0.5f}, {0, 0.5f, 0.5f}, {0, 1}});
  }

  @Test
  void pretokenizedRowsAreSplitAndTruncatedAsTheyAre() {
    Pretokenized row = new Pretokenized(new int[] {9, 8, 7, 6, 5}, new int[] {-100, -100, 7, 6, 5});
    TokenCutTest.assertSamples(
        fitted(ExcessLength.SPLIT, 3, row).samples(),
        new int[][] {{9, 8, 7}, {6, 5}},
        new float[][] {{0, 0, 1}, {0, 1}});
    TokenCutTest.assertSamples(
        fitted(ExcessLength.TRUNCATE, 4, row).samples(),
        new int[][] {{9, 8, 7, 6}},
        new float[][] {{0, 0, 1, 1}});
  }

  @Test
  void truncatePutsNoEndOfTurnAfterTheCut() {
    Conversation chat = LetterEncoding.chat("user: q", "assistant: abc");
    int answer = "?user\nq?\n?assistant\n".length();
    Sample cut = fitted(ExcessLength.TRUNCATE, answer + 2, chat).samples().get(0);
    assertEquals("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\nab", text(cut));
    assertEquals(2, cut.trainedTokens());
    assertRefused(
        make(ExcessLength.TRUNCATE, answer, 2, chat), "too_long", "first 20 of 25 carries loss");
  }

  @Test
  void aTextHasNoTurnsToLeaveOutAndOneExchangeCannotBeSplit() {
    assertRefused(
        make(ExcessLength.KEEP_LAST_TURNS, 3, 2, Completion.of("abc")),
        "too_long",
        "no turns to leave out of a completion");
    assertRefused(
        make(ExcessLength.SPLIT, 20, 2, LetterEncoding.chat("user: q", "assistant: abc")),
        "too_long",
        "the exchange at turn 0 does not fit");
  }

  @Test
  void shortOnesAreRefused() {
    assertRefused(
        make(ExcessLength.DROP, 8, 5, Completion.of("abc")),
        "too_short",
        "4 tokens, min_sample_len is 5");
  }

  @Test
  void raiseIsAxolotlsWordForErrorAndUnknownOnesAreRefused() {
    assertEquals(ExcessLength.ERROR, ExcessLength.named("raise"));
    for (ExcessLength strategy : ExcessLength.values()) {
      assertEquals(strategy, ExcessLength.named(strategy.key()));
    }
    var refusal = assertThrows(HoneException.class, () -> ExcessLength.named("cut"));
    assertTrue(
        refusal.getMessage().contains("use one of drop, error, truncate, split, keep_last_turns"));
  }

  private static String text(Sample sample) {
    return tokenizer.decode(sample.ids(), false);
  }
}
