package dev.hone.formats.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks the library about every character there is. */
@Tag("unit")
class CharacterKindsTest {
  private static final int STRETCH = 1 << 14;

  @TempDir private Path directory;

  /** Every stretch of text that the pre-tokenizer leaves is one token. */
  private Tokenizer open(ObjectNode preTokenizer) throws IOException {
    ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
    json.putArray("added_tokens");
    json.set("pre_tokenizer", preTokenizer);
    ObjectNode model = json.putObject("model").put("type", "WordLevel").put("unk_token", "?");
    model.putObject("vocab").put("?", 0);
    new ObjectMapper().writeValue(directory.resolve("tokenizer.json").toFile(), json);
    return DjlTokenizer.open(directory);
  }

  private static int kinds(int codePoint) {
    return CharacterKinds.at(Character.toChars(codePoint), 0);
  }

  private void assertKind(int kind, String regex) throws IOException {
    ObjectNode split = new ObjectMapper().createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", regex);
    split.put("behavior", "Removed").put("invert", false);
    try (Tokenizer library = open(split)) {
      for (int first = 0; first <= Character.MAX_CODE_POINT; first += STRETCH) {
        StringBuilder text = new StringBuilder();
        BitSet expected = new BitSet();
        for (int c = first; c < first + STRETCH; c++) {
          if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
            int start = text.length();
            text.appendCodePoint(c);
            expected.set(start, text.length(), (kinds(c) & kind) != 0);
          }
        }
        BitSet removed = new BitSet();
        removed.set(0, text.length());
        Encoding left = library.encode(text.toString());
        for (int t = 0; t < left.ids().length; t++) {
          removed.clear(left.starts()[t], left.ends()[t]);
        }
        assertEquals(removed, expected, regex + " from " + first);
      }
    }
  }

  @Test
  void lettersNumbersAndWhiteSpaceAreThoseOfItsRegularExpressions() throws IOException {
    assertKind(CharacterKinds.LETTER, "\\p{L}");
    assertKind(CharacterKinds.NUMBER, "\\p{N}");
    assertKind(CharacterKinds.SPACE, "\\s");
  }

  @Test
  void digitsAreThoseOfItsPreTokenizer() throws IOException {
    ObjectNode digits = new ObjectMapper().createObjectNode().put("type", "Digits");
    try (Tokenizer library = open(digits.put("individual_digits", true))) {
      for (int first = 0; first <= Character.MAX_CODE_POINT; first += STRETCH) {
        StringBuilder text = new StringBuilder();
        BitSet expected = new BitSet();
        for (int c = first; c < first + STRETCH; c++) {
          if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
            text.append("a-");
            expected.set(text.length(), (kinds(c) & CharacterKinds.DIGIT) != 0);
            text.appendCodePoint(c);
          }
        }
        BitSet digit = new BitSet();
        Encoding found = library.encode(text.append("a-").toString());
        for (int t = 0; t < found.ids().length; t++) {
          String token = text.substring(found.starts()[t], found.ends()[t]);
          digit.set(found.starts()[t], token.codePointCount(0, token.length()) == 1);
        }
        assertEquals(digit, expected, "from " + first);
      }
    }
  }

  @Test
  void halvesOfACharacterAreItsWhole() {
    char[] text = "a𝒜1 \ud835\udfd8".toCharArray();
    assertEquals(CharacterKinds.LETTER, CharacterKinds.at(text, 1));
    assertArrayEquals(
        new int[] {1, 2}, new int[] {CharacterKinds.units(text, 0), CharacterKinds.units(text, 1)});
    assertEquals(3, CharacterKinds.run(text, 0, 7, CharacterKinds.LETTER, CharacterKinds.LETTER));
    assertEquals(
        CharacterKinds.LETTER | CharacterKinds.NUMBER | CharacterKinds.DIGIT | CharacterKinds.SPACE,
        CharacterKinds.all(text, text.length));
  }
}
