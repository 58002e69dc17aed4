package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.Segment;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is lost and nothing is there twice, whatever the document and the lengths. */
@Tag("unit")
class FittingPropertyTest {
  private static final Message SYSTEM = Message.of("system", "s");

  /** A system turn of ChatML in a tokenizer of bytes: two marks, the role and two line ends. */
  private static final int SYSTEM_TOKENS = "?system\ns?\n".length();

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

  /** Random documents, lengths and strategies: a token is in one sample or counted as dropped. */
  @Test
  void noTokenIsLostOrTwice() {
    List<ExcessLength> strategies = new ArrayList<>(List.of(ExcessLength.values()));
    strategies.remove(ExcessLength.WHOLE); // a sample of any length: WrappedTest
    Random random = new Random(11);
    Map<String, Integer> seen = new HashMap<>();
    for (int round = 0; round < 3000; round++) {
      ExcessLength strategy = strategies.get(random.nextInt(strategies.size()));
      Document document = random(random);
      int sequenceLen = 2 + random.nextInt(120);
      int minSampleLen = 1 + random.nextInt(Math.min(6, sequenceLen));
      String what =
          "round %d %s %d %d %s".formatted(round, strategy, sequenceLen, minSampleLen, document);
      SampleMaker.Outcome outcome = make(strategy, sequenceLen, minSampleLen, document);
      int whole = make(ExcessLength.DROP, 1 << 20, 1, document).tokens();
      assertEquals(whole, outcome.tokens(), what);
      if (outcome instanceof SampleMaker.Made made) {
        Fitted fitted = made.fitted();
        for (Sample sample : fitted.samples()) {
          assertTrue(sample.ids().length <= sequenceLen, what);
          assertTrue(sample.ids().length >= minSampleLen, what);
          assertTrue(sample.trainedTokens() > 0 && sample.weights()[0] == 0, what);
        }
        seen.merge(
            document.kind() + fitted.applied().map(ExcessLength::key).orElse(""), 1, Integer::sum);
        if (document instanceof Conversation chat
            && fitted.applied().isPresent()
            && strategy != ExcessLength.TRUNCATE
            && strategy != ExcessLength.SPLIT_TOKENS) {
          requireTurns(chat, fitted, whole, what);
        } else {
          requireTokens(document, fitted, whole, what);
        }
      }
    }
    for (String way : List.of("completion", "pretokenized", "conversation")) {
      for (String strategy : List.of("", "truncate", "split")) {
        assertTrue(seen.getOrDefault(way + strategy, 0) > 30, seen::toString);
      }
    }
    assertTrue(seen.getOrDefault("conversationkeep_last_turns", 0) > 30, seen::toString);
  }

  /** The samples one after the other are the document, but for the tokens that are counted. */
  private static void requireTokens(Document document, Fitted fitted, int whole, String round) {
    int[] all =
        ((SampleMaker.Made) make(ExcessLength.DROP, 1 << 20, 1, document))
            .fitted()
            .samples()
            .get(0)
            .ids();
    int kept = 0;
    int at = 0;
    for (Sample sample : fitted.samples()) {
      int[] ids = sample.ids();
      while (at + ids.length <= all.length
          && !Arrays.equals(all, at, at + ids.length, ids, 0, ids.length)) {
        at++;
      }
      assertTrue(at + ids.length <= all.length, round + ": a sample that is not in the document");
      at += ids.length;
      kept += ids.length;
    }
    assertEquals(whole, kept + fitted.loss().tokens(), round);
    if (fitted.loss().tokens() == 0) {
      assertArrayEquals(
          all, fitted.samples().stream().flatMapToInt(s -> IntStream.of(s.ids())).toArray(), round);
    }
  }

  /** Each turn is in one sample; the system message in all; turns that are not are counted. */
  private static void requireTurns(Conversation chat, Fitted fitted, int whole, String round) {
    List<String> texts = fitted.samples().stream().map(FittingPropertyTest::text).toList();
    boolean system = chat.messages().get(0).role().equals("system");
    int missing = 0;
    for (Message message : chat.messages()) {
      String turn = "<|im_start|>%s\n%s<|im_end|>\n".formatted(message.role(), message.content());
      long in = texts.stream().filter(text -> text.contains(turn)).count();
      if (message.role().equals("system")) {
        assertEquals(texts.size(), in, round);
      } else {
        assertTrue(in <= 1, round);
        missing += in == 0 ? 1 : 0;
      }
    }
    int pieces = texts.size() + fitted.loss().pieces();
    int repeated = system ? SYSTEM_TOKENS * (pieces - 1) : 0;
    int kept = fitted.samples().stream().mapToInt(sample -> sample.ids().length).sum();
    assertEquals(whole + repeated, kept + fitted.loss().tokens(), round);
    if (fitted.applied().orElseThrow() == ExcessLength.KEEP_LAST_TURNS) {
      assertEquals(missing, fitted.loss().turns(), round);
    } else {
      assertEquals(missing > 0, fitted.loss().pieces() > 0, round);
    }
    for (String text : texts) {
      String first = text.replaceFirst("^<\\|im_start\\|>system\ns<\\|im_end\\|>\n", "");
      assertTrue(first.startsWith("<|im_start|>user\n"), round);
    }
  }

  private static Document random(Random random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          new Completion(
              List.of(
                  Segment.input("p".repeat(random.nextInt(20))),
                  Segment.of(letters(random, 1 + random.nextInt(200)), 1)),
              random.nextBoolean());
      case 1 -> {
        int[] ids = random.ints(2 + random.nextInt(200), 0, 250).toArray();
        int[] labels = IntStream.of(ids).map(id -> random.nextInt(4) > 0 ? -100 : id).toArray();
        yield new Pretokenized(ids, labels);
      }
      default -> chat(random);
    };
  }

  private static Conversation chat(Random random) {
    List<Message> messages = new ArrayList<>();
    if (random.nextBoolean()) {
      messages.add(SYSTEM);
    }
    int exchanges = 1 + random.nextInt(6);
    for (int i = 0; i < exchanges; i++) {
      messages.add(Message.of("user", i + letters(random, random.nextInt(10))));
      Message answer = Message.of("assistant", i + letters(random, random.nextInt(20)));
      messages.add(random.nextInt(4) == 0 ? answer.withWeight(0) : answer);
    }
    return new Conversation(messages);
  }

  private static String letters(Random random, int length) {
    return random
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String text(Sample sample) {
    return tokenizer.decode(sample.ids(), false);
  }
}
