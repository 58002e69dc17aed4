package dev.hone.formats.tokenizer;

import java.util.List;
import java.util.Random;

/** Text of many scripts, code, numbers, white space, special tokens and noise, from a seed. */
final class RandomText {
  private static final String[] WORDS = {
    "the",
    "of",
    "and",
    "to",
    "in",
    "that",
    "is",
    "was",
    "it",
    "for",
    "with",
    "as",
    "his",
    "on",
    "be",
    "at",
    "by",
    "had",
    "not",
    "are",
    "but",
    "from",
    "or",
    "have",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "all",
    "Model",
    "Token",
    "return",
    "static",
    "function",
    "Straße",
    "naïve",
    "élève",
    "mañana",
    "čeština",
    "Привет",
    "слово",
    "мир",
    "язык",
    "λόγος",
    "Ελλάδα",
    "日本語",
    "漢字",
    "中文",
    "文字",
    "한국어",
    "문장",
    "مرحبا",
    "العالم",
    "שלום",
    "हिन्दी",
    "पाठ",
    "ภาษาไทย",
    "বাংলা",
    "தமிழ்",
    "አማርኛ",
    "ქართული",
    "Հայերեն",
    "tiếng",
    "Việt",
    "ſ"
  };
  private static final String[] PUNCTUATION = {
    ".", ",", "!", "?", ";", ":", "...", " - ", " — ", "\"", "'", "(", ")", "[", "]", "{", "}", "/",
        "\\", "=", "==",
    "->", "=>", "+=", "&&", "||", "#", "@", "$", "%", "^", "*", "**", "_", "__", "`", "```", "~",
        "<", ">", "</", "/>",
    "。", "、", "«", "»", "“", "”", "’", "…", "€", "→", "∑"
  };
  private static final String[] SPACES = {
    " ", " ", " ", " ", " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", "\r", " \n", "\n ", "    ",
    "\u00a0", "\u3000", "\u2003", "\u0085", "\u2028", "\f", "\u000b"
  };
  private static final String[] CONTRACTIONS = {
    "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'vE", "'M", "'Ll", "'D", "'ſ",
    "’s", "''", "'x"
  };
  private static final String[] PICTURES = {
    "🎉", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "☃️", "✅", "🙂", "𝟘𝟙", "𠀀", "𝒜", "\u200d"
  };
  private static final String[] COMBINING = {
    "\u0301", "e\u0301", "n\u0303", "\u1100\u1161", "a\u0323\u0302"
  };

  /** The last of the styles, with any characters; the one before has combining ones. */
  private static final int NOISY = 5;

  private final Random random;
  private final List<String> special;

  /**
   * @param special tokens that are strewn in, whole and in parts
   */
  RandomText(Random random, List<String> special) {
    this.random = random;
    this.special = special;
  }

  /**
   * A text.
   *
   * @param length about how many characters
   */
  String next(int length) {
    StringBuilder text = new StringBuilder();
    int style = random.nextInt(NOISY + 1);
    while (text.length() < length) {
      piece(text, style);
    }
    return text.toString();
  }

  private void piece(StringBuilder text, int style) {
    int kind = random.nextInt(style == NOISY ? 14 : 10);
    switch (kind) {
      case 0, 1, 2 -> text.append(of(WORDS)).append(' ');
      case 3 -> text.append(random.nextBoolean() ? of(WORDS) : made(style));
      case 4 -> text.append(of(SPACES));
      case 5 -> text.append(of(PUNCTUATION));
      case 6 -> text.append(of(WORDS)).append(of(CONTRACTIONS));
      case 7 -> number(text);
      case 8 ->
          text.append(
                  random.nextInt(4) == 0
                      ? of(style >= NOISY - 1 ? COMBINING : PICTURES)
                      : made(style))
              .append(' ');
      case 9 -> special(text);
      case 10 -> text.append(of(SPACES).repeat(1 + random.nextInt(12)));
      case 11 -> text.append(of(PUNCTUATION).repeat(1 + random.nextInt(12)));
      default -> noise(text);
    }
  }

  /** A word of letters next to each other, such as names and rare words are for a vocabulary. */
  private String made(int style) {
    int first =
        switch (style) {
          case 1 -> 0x430;
          case 2 -> 0x4e00 + random.nextInt(0x5000);
          case 3 -> 0x3b1;
          case 4 -> 0xe0;
          default -> 'a';
        };
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      word.appendCodePoint(first + random.nextInt(24));
    }
    return random.nextInt(4) == 0
        ? word.toString().toUpperCase(java.util.Locale.ROOT)
        : word.toString();
  }

  private void number(StringBuilder text) {
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append((char) ((random.nextInt(12) == 0 ? 0x660 : '0') + random.nextInt(10)));
    }
  }

  private void special(StringBuilder text) {
    if (!special.isEmpty() && random.nextInt(3) == 0) {
      String token = special.get(random.nextInt(special.size()));
      int end =
          token.offsetByCodePoints(0, random.nextInt(token.codePointCount(0, token.length())));
      text.append(random.nextInt(3) == 0 ? token.substring(0, end) : token);
    }
  }

  /** Any characters. */
  private void noise(StringBuilder text) {
    int limit = new int[] {0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000}[random.nextInt(6)];
    for (int i = random.nextInt(10); i >= 0; i--) {
      int codePoint = random.nextInt(limit);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
  }

  private String of(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
