package dev.hone.formats.tokenizer;

import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A text in which everything occurs that makes a difference between tokenizers: scripts, code, runs
 * of white space, numbers, contractions, emoji, combining and control characters, and the
 * tokenizer's own added tokens in all of it.
 */
final class ProbeText {
  private static final List<String> PIECES =
      List.of(
          "The quick brown fox doesn't jump; it's we'll they'RE I'M O'D 'S'T 've''s ' s",
          "Überraschung naïve café Ærøskøbing İstanbul ŉ ſ'ſ Straße ǅ ﬁ",
          "Привет, мир! Ελληνικά κείμενο Հայերեն ქართული Ⴀ ⴀ Ꭰꭰ",
          "日本語のテキスト、カタカナと漢字。 中文字符测试 한국어 문장 臺灣 𠀀𪜀",
          "مرحبا بالعالم ١٢٣ שלום עולם हिन्दी में पाठ ภาษาไทย বাংলা தமிழ் አማርኛ བོད་ ខ្មែរ",
          "def f(x: int) -> int:\n    return x ** 2  # Ω\n\n\tif (a<=b && c!=d) {\r\n\t\tfoo->bar[i++];\r\n}",
          "  two   three    four \t\t tabs\t \n \n\n  \n x\u00a0\u00a0y\u2003\u2003z\u3000w\u0085v\u2028u \u2009 t",
          "0 1 12 123 1234 12345 1,234,567.89 3.14e-10 ١٢٣٤ ௧௨ Ⅳ ½ ² ①② 𝟘𝟙𝟚𝟛 \ud807\udd50\ud807\udd51 1a2b3c",
          "🎉🎉 👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ☃️ ✅ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 → ∑ ≠ ﷽ \u202e \ufeff \u200b\u200d",
          "e\u0301 a\u0323\u0302 \u0301x n\u0303 \u1100\u1161\u11a8 가 \u212b \u2126 क\u093c \u0344 q\u0307\u0323",
          "\u0000\u0001\u0007\b\u001b[0m\u007f\u0080\u009f\ud7ff\ue000\ufffd\uffff\udbff\udfff a\u0000b",
          "http://example.org/a?b=c&d=%20#e <a href=\"x\">y</a> \\n\\t $x_1 = {\"k\": [1, null]}; -- ... --- ___ ***",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa abababababababab",
          "supercalifragilisticexpialidocious ANTIDISESTABLISHMENTARIANISM camelCaseAndSNAKE_case McDonald'S",
          " leading",
          "trailing ",
          "\n",
          " ",
          "'",
          "''ll",
          "\r\n\r\n ",
          " \n",
          "1 ",
          " 1",
          "!\n\n!",
          " !\r\n");

  private ProbeText() {}

  /**
   * The first text of which two tokenizers make other tokens, in words; empty: they agree.
   *
   * @param added contents of the added tokens
   */
  static Optional<String> difference(Tokenizer reference, Tokenizer tokenizer, List<String> added) {
    if (!Arrays.equals(reference.prefixIds(), tokenizer.prefixIds())) {
      return Optional.of("the beginning of a text");
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < PIECES.size(); i++) {
      String piece = PIECES.get(i);
      if (differs(reference, tokenizer, piece)) {
        return Optional.of("'" + piece + "'");
      }
      all.append(piece);
    }
    for (int i = 0; i < added.size(); i++) {
      String piece = PIECES.get(i % PIECES.size());
      String token = added.get(i);
      String cut = token.substring(0, token.offsetByCodePoints(token.length(), -1));
      all.append(token).append(piece).append(' ').append(token).append("\n").append(cut);
      all.append(token).append(' ');
    }
    return differs(reference, tokenizer, all.toString())
        ? Optional.of("text with special tokens")
        : Optional.empty();
  }

  private static boolean differs(Tokenizer reference, Tokenizer tokenizer, String text) {
    Encoding expected = reference.encode(text);
    Encoding found = tokenizer.encode(text);
    return !Arrays.equals(expected.ids(), found.ids())
        || !Arrays.equals(expected.starts(), found.starts())
        || !Arrays.equals(expected.ends(), found.ends())
        || !reference.decode(expected.ids(), false).equals(tokenizer.decode(expected.ids(), false))
        || !reference.decode(expected.ids(), true).equals(tokenizer.decode(expected.ids(), true));
  }
}
