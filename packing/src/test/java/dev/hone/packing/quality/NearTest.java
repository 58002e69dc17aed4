package dev.hone.packing.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Shingles, their hashes, and which text goes. */
@Tag("unit")
class NearTest {
  private static final NearRule RULE = new NearRule(0.8, 2, 128);

  @Test
  void shinglesAreRunsOfWordsAndAShortTextIsOne() {
    List<Long> runs = shingles("to be or not", 3);
    assertEquals(2, runs.size());
    assertEquals(runs.get(0), shingles("TO be, or", 3).get(0));
    assertEquals(1, shingles("to be", 3).size());
    assertNotEquals(shingles("a b c d", 4), shingles("a c b d", 4));
    assertEquals(List.of(), shingles("?!", 3));
  }

  @Test
  void bandsFindAPairAtTheThreshold() {
    assertEquals(6, RULE.rows());
    assertEquals(21, RULE.bands());
    assertEquals(1, new NearRule(0.05, 5, 16).rows());
    assertEquals(128, new NearRule(1, 5, 128).rows());
    assertArrayEquals(
        RULE.hasher().bands("one two three"), RULE.hasher().bands("One, two; three."));
    assertEquals(0, RULE.hasher().bands("...").length);
    Random random = new Random(3);
    int found = 0;
    for (int i = 0; i < 300; i++) {
      List<String> words = words(random, 100);
      int[] a = RULE.hasher().bands(String.join(" ", words));
      // 5 words changed of 100 change 10 shingles of 99: 89 of 109 stay.
      IntStream.range(0, 5).forEach(k -> words.set(10 + 15 * k, "changed" + random.nextInt()));
      int[] b = RULE.hasher().bands(String.join(" ", words));
      found += IntStream.range(0, a.length).anyMatch(band -> a[band] == b[band]) ? 1 : 0;
    }
    assertTrue(found >= 295, found + " of 300 found");
  }

  @Test
  void similarityIsExactUpToTheSizeOfASketchAndCloseBeyond() {
    assertEquals(0.5, Sketch.of("a b c", 1).similarity(Sketch.of("b c d", 1)));
    assertEquals(1, Sketch.of("a b a b a", 1).similarity(Sketch.of("b a", 1)));
    assertEquals(0, Sketch.of("", 1).similarity(Sketch.of("", 1)));
    Random random = new Random(4);
    List<String> words = words(random, 20_000);
    String a = String.join(" ", words.subList(0, 15_000));
    String b = String.join(" ", words.subList(5_000, 20_000));
    Set<Long> union = new HashSet<>(shingles(a, 3));
    Set<Long> both = new HashSet<>(union);
    both.retainAll(new HashSet<>(shingles(b, 3)));
    union.addAll(shingles(b, 3));
    assertEquals(
        (double) both.size() / union.size(),
        Sketch.of(a, 3).similarity(Sketch.of(b, 3)),
        0.05,
        "ten thousand shingles in common, of twenty");
    assertEquals(Sketch.SIZE, Sketch.of(a, 3).values().length);
  }

  @Test
  void inAChainTheMiddleGoesAndTheEndStays() {
    // Each is 9 of 11 words alike the one before it, and 8 of 12 the one before that.
    NearRule rule = new NearRule(0.8, 1, 128);
    assertEquals(
        List.of("0", "2", "4"),
        kept(
            rule,
            List.of(
                "a b c d e f g h i j", // the first one
                "b c d e f g h i j k",
                "c d e f g h i j k l",
                "d e f g h i j k l m",
                "e f g h i j k l m n")));
  }

  @Test
  void aHundredThousandEqualTextsAreOneAndACommonBucketIsNoSquare() {
    assertTimeout(
        Duration.ofSeconds(60),
        () -> {
          NearIndex index = new NearIndex(0.8);
          Sketch sketch = Sketch.of("all the same", 1);
          int[] bands = RULE.hasher().bands("all the same");
          for (int i = 0; i < 100_000; i++) {
            if (index.find(bands, sketch).isEmpty()) {
              index.add("text " + i, bands, sketch);
            }
          }
          assertEquals("text 0", index.find(bands, sketch).orElseThrow().name());
          for (int i = 0; i < 20_000; i++) {
            Sketch other = Sketch.of("different " + i, 1);
            assertTrue(index.find(bands, other).isEmpty());
            index.add("other " + i, bands, other);
          }
        });
  }

  private static List<String> kept(NearRule rule, List<String> texts) {
    NearIndex index = new NearIndex(rule.threshold());
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] bands = rule.hasher().bands(texts.get(i));
      Sketch sketch = Sketch.of(texts.get(i), rule.shingle());
      if (index.find(bands, sketch).isEmpty()) {
        index.add(String.valueOf(i), bands, sketch);
        kept.add(String.valueOf(i));
      }
    }
    return kept;
  }

  private static List<String> words(Random random, int count) {
    return random
        .ints(count, 0, 1_000_000)
        .mapToObj(Integer::toString)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static List<Long> shingles(String text, int n) {
    List<Long> shingles = new ArrayList<>();
    Shingles.forEach(text, n, shingles::add);
    return shingles;
  }
}
