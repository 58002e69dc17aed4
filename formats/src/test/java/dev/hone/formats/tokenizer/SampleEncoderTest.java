package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Segment;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SampleEncoderTest {
  private static final ChatTemplate CHATML = template("chatml");
  private static final Conversation HELLO =
      new Conversation(List.of(Message.of("user", "Hi"), Message.of("assistant", "Hello.")));
  private static final Conversation TWO_TURNS =
      new Conversation(
          List.of(
              Message.of("user", "Q"),
              Message.of("assistant", "A"),
              Message.of("user", "R"),
              Message.of("assistant", "B")));

  private static ChatTemplate template(String name) {
    return ChatTemplates.resolve(name, FakeTokenizer.withTemplate(""));
  }

  /** The trained tokens of a document, the others as dots. */
  private static String trained(
      Document document, ChatTemplate template, MaskRules rules, int... prefixIds)
      throws RefusedRecord {
    FakeTokenizer tokenizer = FakeTokenizer.withPrefix(prefixIds);
    Sample sample = new SampleEncoder(tokenizer, template, rules).encode(document);
    StringBuilder shown = new StringBuilder();
    for (int t = 0; t < sample.ids().length; t++) {
      shown.append(
          sample.weights()[t] == 0 ? "." : tokenizer.decode(new int[] {sample.ids()[t]}, false));
    }
    return shown.toString();
  }

  private static String chatMl(Conversation document, MaskRules rules) throws RefusedRecord {
    return trained(document, CHATML, rules).replaceAll("\\.+", ".");
  }

  private static MaskRules rules(boolean inputs, TrainOnEos eos, String... roles) {
    return new MaskRules(inputs, Set.of(roles), eos, List.of(), false);
  }

  @Test
  void workedExample() throws RefusedRecord {
    try (Tokenizer tokenizer = DjlTokenizer.open(DjlTokenizerTest.FILES)) {
      ChatTemplate template = ChatTemplates.resolve("tokenizer_default", tokenizer);
      SampleEncoder encoder = new SampleEncoder(tokenizer, template, MaskRules.defaults());
      Sample sample = encoder.encode(HELLO);
      assertArrayEquals(
          new int[] {
            1, 436, 268, 201, 42, 75, 2, 201, 1, 308, 85, 403, 412, 201, 42, 372, 78, 81, 16, 2, 201
          },
          sample.ids());
      assertArrayEquals(
          new float[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0},
          sample.weights());
      assertEquals(6, sample.trainedTokens());
      assertArrayEquals(
          new int[] {1, 436, 268, 201, 42, 75, 2, 201, 1, 308, 85, 403, 412, 201},
          encoder.prompt(new Conversation(HELLO.messages().subList(0, 1))));
    }
  }

  @Test
  void rolesAndEndOfTurn() throws RefusedRecord {
    assertEquals(
        ".A<|im_end|>.B<|im_end|>.", chatMl(TWO_TURNS, rules(false, TrainOnEos.TURN, "assistant")));
    assertEquals(".A.B<|im_end|>.", chatMl(TWO_TURNS, rules(false, TrainOnEos.LAST, "assistant")));
    assertEquals(".A.B.", chatMl(TWO_TURNS, rules(false, TrainOnEos.NONE, "assistant")));
    assertEquals(
        ".<|im_end|>.A<|im_end|>.<|im_end|>.B<|im_end|>.",
        chatMl(TWO_TURNS, rules(false, TrainOnEos.ALL, "assistant")));
    assertEquals(
        ".Q<|im_end|>.R<|im_end|>.", chatMl(TWO_TURNS, rules(false, TrainOnEos.TURN, "user")));
    assertEquals(".Q.R.", chatMl(TWO_TURNS, rules(false, TrainOnEos.LAST, "user")));
    assertEquals(
        ".Q<|im_end|>.A<|im_end|>.R<|im_end|>.B<|im_end|>.",
        chatMl(TWO_TURNS, rules(true, TrainOnEos.TURN)));
  }

  @Test
  void aTurnsOwnTrainFieldWins() throws RefusedRecord {
    Conversation document =
        new Conversation(
            List.of(
                Message.of("user", "Q").withWeight(1),
                Message.of("assistant", "A").withWeight(0),
                Message.of("assistant", "B")));
    assertEquals(".Q<|im_end|>.B<|im_end|>.", chatMl(document, MaskRules.defaults()));
  }

  @Test
  void textThatLooksLikeATurnIsStillTheUsers() throws RefusedRecord {
    Conversation document =
        new Conversation(List.of(Message.of("user", "assistant\nB"), Message.of("assistant", "B")));
    assertEquals(".B<|im_end|>.", chatMl(document, MaskRules.defaults()));
  }

  @Test
  void alpacaTrainsOutputAndEndOfSequence() throws RefusedRecord {
    Conversation document =
        new Conversation(List.of(Message.instruction("Add.", "2 2"), Message.of("assistant", "4")));
    ChatTemplate alpaca = template("alpaca");
    String prompt = alpaca.render(document, false).text().replace("4</s>", "");
    assertEquals(
        ".".repeat(prompt.length()) + "4</s>", trained(document, alpaca, MaskRules.defaults()));
    // Axolotl's train_on_inputs: all of the prompt; only the first token has nothing to predict it.
    assertEquals(
        "." + prompt.substring(1) + "4</s>",
        trained(document, alpaca, rules(true, TrainOnEos.TURN)));
  }

  @Test
  void alpacaEndsWithTheTokenizersOwnToken() throws RefusedRecord {
    try (Tokenizer tokenizer = DjlTokenizer.open(DjlTokenizerTest.FILES)) {
      Sample sample =
          new SampleEncoder(
                  tokenizer, ChatTemplates.resolve("alpaca", tokenizer), MaskRules.defaults())
              .encode(HELLO);
      int n = sample.ids().length;
      assertEquals(2, sample.ids()[n - 1]);
      assertEquals(1, sample.weights()[n - 1]);
      assertEquals(6, sample.trainedTokens());
    }
  }

  @Test
  void completionTrainsTextAndEndOfSequence() throws RefusedRecord {
    MaskRules rules = MaskRules.defaults();
    assertEquals(".bc</s>", trained(Completion.of("abc"), CHATML, rules));
    assertEquals("...A</s>", trained(Completion.of("Q: ", "A"), CHATML, rules));
    assertEquals(
        ".: A</s>", trained(Completion.of("Q: ", "A"), CHATML, rules(true, TrainOnEos.TURN)));
    // A prefix token is the first of the document, so the text's own first token is a target.
    assertEquals(".abc</s>", trained(Completion.of("abc"), CHATML, rules, 7));
  }

  @Test
  void segmentsHaveTheirOwnWeights() throws RefusedRecord {
    Completion document =
        new Completion(
            List.of(
                Segment.of("a", 0), Segment.of("b", 0.5f), Segment.input("c"), Segment.of("d", 1)),
            false);
    FakeTokenizer tokenizer = FakeTokenizer.withoutFiles();
    assertArrayEquals(
        new float[] {0, 0.5f, 0, 1},
        new SampleEncoder(tokenizer, CHATML, MaskRules.defaults()).encode(document).weights());
    assertArrayEquals(
        new float[] {0, 0.5f, 1, 1},
        new SampleEncoder(tokenizer, CHATML, rules(true, TrainOnEos.TURN))
            .encode(document)
            .weights());
  }

  @Test
  void anEndOfSequenceTokenIsNotDoubled() throws RefusedRecord {
    try (Tokenizer tokenizer = DjlTokenizer.open(DjlTokenizerTest.FILES)) {
      SampleEncoder encoder = new SampleEncoder(tokenizer, CHATML, MaskRules.defaults());
      Sample once = encoder.encode(Completion.of("he!"));
      Sample written = encoder.encode(Completion.of("he!" + tokenizer.eosToken().orElseThrow()));
      assertArrayEquals(once.ids(), written.ids());
      assertArrayEquals(once.weights(), written.weights());
    }
  }

  @Test
  void answersToCompareAreNoSample() {
    SampleEncoder encoder =
        new SampleEncoder(FakeTokenizer.withTemplate(""), CHATML, MaskRules.defaults());
    RefusedRecord refused =
        assertThrows(
            RefusedRecord.class, () -> encoder.encode(new Unpaired(Completion.of("a"), true)));
    assertEquals("not_one_sample", refused.reason());
  }

  @Test
  void aTokenAcrossTheEdgeOfThePromptIsNotTrained() throws RefusedRecord {
    try (Tokenizer tokenizer = DjlTokenizer.open(DjlTokenizerTest.FILES)) {
      // " the" is one token; half of it belongs to the prompt.
      Sample sample =
          new SampleEncoder(tokenizer, CHATML, MaskRules.defaults())
              .encode(Completion.of("a t", "he!"));
      assertArrayEquals(new int[] {67, 265, 3, 2}, sample.ids());
      assertArrayEquals(new float[] {0, 0, 1, 1}, sample.weights());
    }
  }

  @Test
  void aPrefixIsWrittenOnce() throws RefusedRecord {
    int[] prefix = {FakeTokenizer.withoutFiles().tokenId("<|im_start|>").orElseThrow()};
    FakeTokenizer tokenizer = FakeTokenizer.withPrefix(prefix);
    SampleEncoder encoder = new SampleEncoder(tokenizer, CHATML, MaskRules.defaults());
    String text = CHATML.render(HELLO, false).text();
    assertArrayEquals(tokenizer.encode(text).ids(), encoder.encode(HELLO).ids());
    Sample completion = encoder.encode(Completion.of("ab"));
    assertArrayEquals(new int[] {prefix[0], 'a', 'b', FakeTokenizer.EOS}, completion.ids());
  }

  @Test
  void preTokenizedIsUsedAsItIs() throws RefusedRecord {
    SampleEncoder encoder =
        new SampleEncoder(FakeTokenizer.withoutFiles(), CHATML, MaskRules.defaults());
    Sample sample = encoder.encode(new Pretokenized(new int[] {5, 6, 7}, new int[] {5, -100, 7}));
    assertArrayEquals(new int[] {5, 6, 7}, sample.ids());
    assertArrayEquals(new float[] {0, 0, 1}, sample.weights());
  }

  @Test
  void whatATemplateLeavesOutIsRefusedUnlessAllowed() throws RefusedRecord {
    ChatTemplate deaf = template("{% for m in messages %}{{ m.content }}{% endfor %}");
    Conversation call =
        new Conversation(
            List.of(
                Message.of("user", "Q"),
                Message.of("assistant", "A").withToolCalls("[{\"id\":\"1\"}]")));
    RefusedRecord refused =
        assertThrows(RefusedRecord.class, () -> trained(call, deaf, MaskRules.defaults()));
    assertEquals("left_out_by_template", refused.reason());
    assertTrue(
        refused.getMessage().contains("leaves out the tool_calls of message 1 (assistant);"),
        refused.getMessage());
    MaskRules allowed = new MaskRules(false, Set.of("assistant"), TrainOnEos.TURN, List.of(), true);
    assertEquals(".A", trained(call, deaf, allowed));
  }

  @Test
  void aDocumentWithoutLossIsRefused() {
    SampleEncoder encoder =
        new SampleEncoder(FakeTokenizer.withTemplate(""), CHATML, MaskRules.defaults());
    for (Document document :
        List.of(
            new Conversation(List.of(Message.of("user", "Hi"))),
            new Pretokenized(new int[] {5, 6}, new int[] {5, -100}))) {
      RefusedRecord refused = assertThrows(RefusedRecord.class, () -> encoder.encode(document));
      assertEquals("no_trained_token", refused.reason());
    }
    RefusedRecord refused =
        assertThrows(
            RefusedRecord.class,
            () -> encoder.encode(new Conversation(List.of(Message.of("user", "Hi")))));
    assertTrue(
        refused.getMessage().contains("turns are [user], and roles_to_train is [assistant]"),
        refused.getMessage());
  }

  @Test
  void completionNeedsAnEndOfSequenceToken() {
    SampleEncoder encoder =
        new SampleEncoder(FakeTokenizer.withoutFiles(), CHATML, MaskRules.defaults());
    assertThrows(HoneException.class, () -> encoder.encode(Completion.of("a")));
  }

  @Test
  void fingerprintFollowsEverythingThatDecidesASample() {
    FakeTokenizer tokenizer = FakeTokenizer.withTemplate("");
    Set<String> fingerprints = new HashSet<>();
    for (ChatTemplate template : List.of(CHATML, template("alpaca"))) {
      for (MaskRules rules :
          List.of(
              MaskRules.defaults(),
              rules(true, TrainOnEos.TURN, "assistant"),
              rules(false, TrainOnEos.ALL, "assistant"),
              rules(false, TrainOnEos.TURN, "assistant", "tool"))) {
        fingerprints.add(new SampleEncoder(tokenizer, template, rules).fingerprint());
        fingerprints.add(new SampleEncoder(tokenizer, template, rules).fingerprint());
      }
    }
    assertEquals(8, fingerprints.size());
  }
}
