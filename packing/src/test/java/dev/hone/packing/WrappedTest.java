package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WrappedTest {

  @Test
  void doesItsWorkedExamples() {
    assertEquals("abcd|ef gh|ijk", wrapped(4, "abcdef", "gh", "ijk"));
    assertEquals("abcd|gh ij", wrapped(4, "abcde", "gh", "ijk"));
  }

  @Test
  void aTextIsNotBegunInARoomOfOneToken() {
    assertEquals("abc|de fg|hij", wrapped(4, "abc", "de", "fghij"));
  }

  /** Upper case is a question, which carries no loss. */
  @Test
  void aQuestionThatFitsStaysWithItsAnswer() {
    assertEquals("abc|XYZd|ef", wrapped(4, "abc", "XYZdef"));
    assertEquals("ab Xc|def", wrapped(4, "ab", "Xcdef"));
  }

  @Test
  void aQuestionThatFillsAPackIsLeftOut() {
    assertEquals("Zabc", wrapped(4, "VWXYZabc"));
    assertFalse(Wrapped.holds(sample("WXYZa"), 4), "nothing predicts a");
    assertTrue(Wrapped.holds(sample("WXYZab"), 4));
  }

  @Test
  void theFirstTokenOfAPieceIsNoTarget() {
    Sample whole = new Sample(new int[] {5, 6, 7, 8}, new float[] {0, 1, 0.5f, 1}, 3);
    Sample head = new Wrapped.Piece(0, 0, 2).of(whole);
    assertArrayEquals(new int[] {5, 6}, head.ids());
    assertEquals(3, head.untrainedEnds());
    Sample rest = new Wrapped.Piece(0, 2, 4).of(whole);
    assertArrayEquals(new int[] {7, 8}, rest.ids());
    assertArrayEquals(new float[] {0, 1}, rest.weights());
    assertEquals(0, rest.untrainedEnds());
    assertEquals(0.5f, whole.weights()[2], "the sample itself is as it was");
  }

  /** Texts of any length: in order, nothing twice, packs full but for a token. */
  @Test
  void packsOfTextsLackATokenAtMostAndNothingElseIsLost() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      int capacity = 2 + random.nextInt(60);
      List<Sample> samples = new ArrayList<>();
      for (int i = random.nextInt(80); i >= 0; i--) {
        int[] ids = IntStream.range(0, 2 + random.nextInt(150)).toArray();
        float[] weights = new float[ids.length];
        Arrays.fill(weights, 1, ids.length, 1);
        samples.add(new Sample(ids, weights));
      }
      int[] tokens = check(samples, capacity, true);
      for (int pack = 0; pack + 1 < tokens.length; pack++) {
        assertTrue(tokens[pack] >= capacity - 1, "round %d pack %d".formatted(round, pack));
      }
    }
  }

  @Test
  void everyPieceHasSomethingToLearnWhateverTheWeights() {
    Random random = new Random(4);
    for (int round = 0; round < 500; round++) {
      int capacity = 2 + random.nextInt(40);
      List<Sample> samples = new ArrayList<>();
      while (samples.size() < 20) {
        int[] ids = IntStream.range(0, 2 + random.nextInt(100)).toArray();
        float[] weights = new float[ids.length];
        for (int t = 1; t < weights.length; t++) {
          weights[t] = random.nextInt(12) == 0 ? 1 : 0;
        }
        Sample sample = new Sample(ids, weights);
        if (Wrapped.holds(sample, capacity)) {
          samples.add(sample);
        }
      }
      check(samples, capacity, false);
    }
  }

  /** Checks what holds for all samples, and gives the tokens of each pack. */
  private static int[] check(List<Sample> samples, int capacity, boolean texts) {
    List<Wrapped.Piece> pieces = new Wrapped().pieces(samples, capacity);
    int[] packs =
        new Wrapped().assign(pieces.stream().mapToInt(Wrapped.Piece::length).toArray(), capacity);
    int[] tokens = new int[packs.length == 0 ? 0 : packs[packs.length - 1] + 1];
    int[] ends = new int[samples.size()];
    int trained = 0;
    for (int i = 0; i < packs.length; i++) {
      Wrapped.Piece piece = pieces.get(i);
      assertTrue(i == 0 || pieces.get(i - 1).sample() <= piece.sample());
      assertTrue(piece.from() >= ends[piece.sample()]);
      ends[piece.sample()] = piece.to();
      Sample part = piece.of(samples.get(piece.sample()));
      assertTrue(part.trainedTokens() > 0);
      assertEquals(0, part.weights()[0]);
      trained += part.trainedTokens();
      tokens[packs[i]] += piece.length();
    }
    for (int i = 0; i < ends.length; i++) {
      assertTrue(ends[i] > 0, "every sample is begun");
      assertTrue(!texts || samples.get(i).ids().length - ends[i] <= 1, "but a last token alone");
    }
    int unpredicted = 0;
    int[] behind = new int[samples.size()];
    for (Wrapped.Piece piece : pieces) {
      float[] weights = samples.get(piece.sample()).weights();
      for (int t = behind[piece.sample()]; t <= piece.from(); t++) {
        unpredicted += weights[t] > 0 ? 1 : 0;
      }
      behind[piece.sample()] = piece.to();
    }
    for (int i = 0; i < behind.length; i++) {
      float[] weights = samples.get(i).weights();
      for (int t = behind[i]; t < weights.length; t++) {
        unpredicted += weights[t] > 0 ? 1 : 0;
      }
    }
    assertEquals(samples.stream().mapToInt(Sample::trainedTokens).sum(), trained + unpredicted);
    return tokens;
  }

  private static String wrapped(int capacity, String... texts) {
    List<Sample> samples = Arrays.stream(texts).map(WrappedTest::sample).toList();
    List<Wrapped.Piece> pieces = new Wrapped().pieces(samples, capacity);
    int[] packs =
        new Wrapped().assign(pieces.stream().mapToInt(Wrapped.Piece::length).toArray(), capacity);
    return IntStream.range(0, packs.length)
        .boxed()
        .collect(
            Collectors.groupingBy(
                i -> packs[i],
                TreeMap::new,
                Collectors.mapping(
                    i -> {
                      Wrapped.Piece piece = pieces.get(i);
                      return texts[piece.sample()].substring(piece.from(), piece.to());
                    },
                    Collectors.joining(" "))))
        .values()
        .stream()
        .collect(Collectors.joining("|"));
  }

  private static Sample sample(String text) {
    float[] weights = new float[text.length()];
    for (int t = 1; t < weights.length; t++) {
      weights[t] = Character.isLowerCase(text.charAt(t)) ? 1 : 0;
    }
    return new Sample(text.chars().toArray(), weights);
  }
}
