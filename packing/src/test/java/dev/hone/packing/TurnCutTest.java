package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TurnCutTest {
  private static final Conversation THREE =
      LetterEncoding.chat(
          "system: S",
          "user: a",
          "assistant: bb",
          "user: c",
          "assistant: dd",
          "user: e",
          "assistant: ff");

  private final LetterEncoding encoding = new LetterEncoding();

  private TurnCut cut(int sequenceLen) {
    return new TurnCut(encoding, new LengthRules(sequenceLen, 2));
  }

  @Test
  void splitDoesItsWorkedExample() throws RefusedRecord {
    Fitted fitted = cut(13).split(THREE, 18);
    TokenCutTest.assertSamples(
        fitted.samples(),
        new int[][] {
          {1, 'S', 2, 'a', 2, 'b', 'b', 2, 'c', 2, 'd', 'd', 2},
          {1, 'S', 2, 'e', 2, 'f', 'f', 2}
        },
        new float[][] {{0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1}, {0, 0, 0, 0, 0, 1, 1, 1}});
    assertEquals(Fitted.Loss.NONE, fitted.loss());
    assertEquals(ExcessLength.SPLIT, fitted.applied().orElseThrow());
  }

  @Test
  void keepLastTurnsDoesItsWorkedExample() throws RefusedRecord {
    Fitted fitted = cut(17).keepLastTurns(THREE, 18);
    TokenCutTest.assertSamples(
        fitted.samples(),
        new int[][] {{1, 'S', 2, 'c', 2, 'd', 'd', 2, 'e', 2, 'f', 'f', 2}},
        new float[][] {{0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1}});
    assertEquals(new Fitted.Loss(5, 0, 2, 0), fitted.loss());
  }

  @Test
  void toolCallsStayWithTheirResultsAndGreetingsArePiecesOfTheirOwn() throws RefusedRecord {
    Conversation tools =
        LetterEncoding.chat(
            "assistant: hi",
            "user: a",
            "assistant: t",
            "tool: r",
            "assistant: b",
            "user: c",
            "user: d",
            "assistant: e");
    assertEquals(List.of("hi 2", "a 2 t 2 r 2 b 2", "c 2 d 2 e 2"), texts(cut(9).split(tools, 17)));
    assertEquals(List.of("a 2 t 2 r 2 b 2 c 2 d 2 e 2"), texts(cut(16).keepLastTurns(tools, 17)));
  }

  @Test
  void anExchangeThatDoesNotFitRefusesTheConversationAndSaysWhich() {
    Conversation chat =
        LetterEncoding.chat("user: a", "assistant: b", "user: cccc", "assistant: ddddd");
    assertRefused("too_long", "the exchange at turn 2 does not fit", () -> cut(11).split(chat, 17));
    assertRefused(
        "too_long", "the exchange at turn 2 does not fit", () -> cut(11).keepLastTurns(chat, 17));
    assertRefused(
        "too_long",
        "the exchange at turn 1 with the system message does not fit",
        () -> cut(5).split(LetterEncoding.chat("system: S", "user: a", "assistant: bbb"), 9));
    assertRefused(
        "too_long", "", () -> cut(2).keepLastTurns(LetterEncoding.chat("system: SSSS"), 6));
  }

  @Test
  void usersWhoSpeakTwiceInARowAreNotParted() {
    Conversation chat =
        LetterEncoding.chat(
            "user: a", "assistant: b", "user: cc", "user: d", "assistant: e", "user: f");
    String where = "the exchange at turn 2 does not fit";
    assertRefused("too_long", where, () -> cut(6).split(chat, 14));
    assertRefused("too_long", where, () -> cut(6).keepLastTurns(chat, 14));
  }

  @Test
  void theLastAnswerIsAlwaysKept() throws RefusedRecord {
    Conversation open =
        LetterEncoding.chat(
            "user: a", "assistant: b", "user: c", "assistant: d", "user: e", "user: f");
    assertEquals(List.of("c 2 d 2 e 2 f 2"), texts(cut(12).keepLastTurns(open, 13)));
    assertRefused("too_long", "the exchange at turn 2", () -> cut(8).keepLastTurns(open, 13));
  }

  @Test
  void piecesThatTrainNothingAreLeftOutAndCounted() throws RefusedRecord {
    List<Message> messages = new ArrayList<>(THREE.messages());
    messages.set(4, messages.get(4).withWeight(0));
    Fitted fitted = cut(8).split(new Conversation(messages), 18);
    assertEquals(List.of("S 2 a 2 bb 2", "S 2 e 2 ff 2"), texts(fitted));
    assertEquals(new Fitted.Loss(8, 1, 0, 0), fitted.loss());

    messages.set(4, THREE.messages().get(4));
    messages.set(6, messages.get(6).withWeight(0));
    assertRefused(
        "too_long",
        "none of its last 8 tokens",
        () -> cut(8).keepLastTurns(new Conversation(messages), 18));
  }

  @Test
  void aTemplateThatRefusesAPartRefusesTheConversation() {
    Conversation chat = LetterEncoding.chat("user: a", "assistant: b", "user: !", "assistant: d");
    assertRefused("too_long", "(no place for '!')", () -> cut(6).split(chat, 9));
    assertRefused("too_long", "(no place for '!')", () -> cut(6).keepLastTurns(chat, 9));
  }

  @Test
  void aLongConversationIsNotTokenizedOnceForEachTurn() throws RefusedRecord {
    List<String> turns = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      turns.add("user: a");
      turns.add("assistant: b");
    }
    Conversation chat = LetterEncoding.chat(turns.toArray(String[]::new));
    assertEquals(10, cut(401).split(chat, 4001).samples().size());
    assertTrue(encoding.calls < 200, encoding.calls + " calls");
    encoding.calls = 0;
    Fitted kept = cut(401).keepLastTurns(chat, 4001);
    assertEquals(401, kept.samples().get(0).ids().length);
    assertEquals(1800, kept.loss().turns());
    assertTrue(encoding.calls < 20, encoding.calls + " calls");
  }

  private static void assertRefused(
      String reason, String part, org.junit.jupiter.api.function.Executable code) {
    RefusedRecord refusal = assertThrows(RefusedRecord.class, code);
    assertEquals(reason, refusal.reason());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  /** Without bos, letters as they are. */
  private static List<String> texts(Fitted fitted) {
    return fitted.samples().stream()
        .map(
            sample -> {
              StringBuilder text = new StringBuilder();
              for (int t = 1; t < sample.ids().length; t++) {
                int id = sample.ids()[t];
                text.append(id == 2 ? (t + 1 < sample.ids().length ? " 2 " : " 2") : (char) id);
              }
              return text.toString();
            })
        .toList();
  }
}
