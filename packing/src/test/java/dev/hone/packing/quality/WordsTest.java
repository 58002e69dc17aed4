package dev.hone.packing.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WordsTest {

  @Test
  void wordsAreRunsOfLettersAndDigitsAndCharactersOfScriptsWithoutSpaces() {
    assertEquals(7, Words.count("It's 7 o'clock, 東京!"));
    assertEquals(2, Words.count("हिन्दी भाषा"), "marks are part of a word");
    assertEquals(5, Words.count("สวัสด"));
    assertEquals(0, Words.count(" ...\n\t!"));
    assertEquals(0, Words.count(""));
  }

  @Test
  void caseAndPunctuationMakeNoDifferenceAndLettersDo() {
    assertEquals(words("The cat, the DOG"), words("the Cat -- \"THE\" dog."));
    assertNotEquals(words("cat"), words("cats"));
    assertNotEquals(words("ab c"), words("a bc"));
    assertEquals(words("ÜBER"), words("über"));
    assertEquals(words("🙂 a 🙂"), words("a"));
    assertNotEquals(words("東"), words("京"));
  }

  private static List<Long> words(String text) {
    List<Long> words = new ArrayList<>();
    Words.forEach(text, words::add);
    return words;
  }
}
