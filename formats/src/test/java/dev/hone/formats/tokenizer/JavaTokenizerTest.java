package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.TinyTokenizer.Kind;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class JavaTokenizerTest {
  private static final List<String> ADDED =
      List.of(
          "<|im_start|>", "<|im_end|>", "<|im", "<think>", "think", " <mask> ", "\n<pad> ", "🎉é");

  @TempDir private Path directory;

  private static void assertSame(Tokenizer expected, Tokenizer actual, String text) {
    Encoding right = expected.encode(text);
    Encoding found = actual.encode(text);
    assertArrayEquals(right.ids(), found.ids(), text);
    assertArrayEquals(right.starts(), found.starts(), text);
    assertArrayEquals(right.ends(), found.ends(), text);
  }

  /** Ids, offsets and decoded text of random texts, also of those that Java leaves alone. */
  @ParameterizedTest
  @EnumSource
  void tokensAreThoseOfTheLibrary(Kind kind) {
    TinyTokenizer.write(directory, kind);
    try (Tokenizer library = DjlTokenizer.open(directory);
        Tokenizer java = Tokenizers.open(directory)) {
      assertInstanceOf(JavaTokenizer.class, java);
      assertArrayEquals(library.prefixIds(), java.prefixIds());
      assertEquals(library.fingerprint(), java.fingerprint());
      assertEquals(library.vocabSize(), java.vocabSize());
      RandomText texts = new RandomText(new Random(kind.name().hashCode()), ADDED);
      Random random = new Random(1);
      assertSame(library, java, "🎉<mask>𝟘<pad>\u2003\u2003<mask>  <mask>🎉é<|im_start|>é");
      for (int i = 0; i < 400; i++) {
        assertSame(library, java, texts.next(1 + random.nextInt(400)));
        int[] ids = random.ints(20, 0, library.vocabSize() + 5).toArray();
        assertEquals(library.decode(ids, false), java.decode(ids, false));
        assertEquals(library.decode(ids, true), java.decode(ids, true));
      }
    }
  }

  @Test
  void offsetsAreThoseOfWholeCharacters() {
    try (Tokenizer java = Tokenizers.open(DjlTokenizerTest.FILES)) {
      Encoding encoding = java.encode("é🎉🎉 the");
      assertArrayEquals(
          new int[] {130, 105, 175, 256, 239, 234, 175, 256, 239, 234, 265}, encoding.ids());
      assertArrayEquals(new int[] {0, 0, 1, 1, 1, 1, 3, 3, 3, 3, 5}, encoding.starts());
      assertArrayEquals(new int[] {1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 9}, encoding.ends());
      assertEquals("é🎉🎉 the", java.decode(encoding.ids(), false));
    }
  }

  @Test
  void halfACharacterIsNoText() {
    try (Tokenizer java = Tokenizers.open(DjlTokenizerTest.FILES)) {
      assertThrows(HoneException.class, () -> java.encode("ab\ud83d"));
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer java = Tokenizers.open(DjlTokenizerTest.FILES);
    java.close();
    java.close();
    assertThrows(IllegalStateException.class, () -> java.encode("a"));
    assertThrows(IllegalStateException.class, () -> java.decode(new int[] {1}, false));
  }

  /** More words than the cache holds, and the first of them again. */
  @Test
  void aFullCacheStartsAnew() {
    TinyTokenizer.write(directory, Kind.GPT2);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append(' ').append(Integer.toString(i % 80_000, 36).replaceAll("[0-9]", "x$0y"));
    }
    try (Tokenizer library = DjlTokenizer.open(directory);
        Tokenizer java = Tokenizers.open(directory)) {
      assertSame(library, java, text.toString());
      assertSame(library, java, text.toString());
    }
  }

  /** A word of a megabyte: with a look at every pair for each merge it would take an hour. */
  @Test
  void aLongWordIsNotQuadratic() {
    TinyTokenizer.write(directory, Kind.LLAMA3);
    char[] word = new char[1 << 20];
    Random random = new Random(3);
    for (int i = 0; i < word.length; i++) {
      word[i] = "theradio".charAt(random.nextInt(8));
    }
    char[] same = new char[1 << 20];
    Arrays.fill(same, 'e');
    try (Tokenizer library = DjlTokenizer.open(directory);
        Tokenizer java = Tokenizers.open(directory)) {
      assertSame(library, java, new String(word, 0, 100_000));
      assertSame(library, java, new String(same, 0, 100_001));
      long start = System.nanoTime();
      assertTrue(java.encode(new String(word)).ids().length > 1000);
      assertTrue(java.encode(new String(same)).ids().length > 1000);
      assertTrue(System.nanoTime() - start < 120_000_000_000L);
    }
  }
}
