package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.Spaces;
import dev.hone.formats.template.jinja.value.StringRepr;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Letter case, and the tests of kinds of characters. */
final class Cases {
  private Cases() {}

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The first character in title case, the others in lower case. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int second = text.offsetByCodePoints(0, 1);
    return titled(text.codePointAt(0))
        + lower(text).substring(lower(text.substring(0, second)).length());
  }

  private static String titled(int point) {
    String upper = upper(Character.toString(point));
    // One letter that becomes several, such as the German sharp s, has no title case of its own.
    return upper.codePointCount(0, upper.length()) > 1
        ? upper.charAt(0) + lower(upper.substring(1))
        : Character.toString(Character.toTitleCase(point));
  }

  /** Python's {@code str.title}: a letter after something that is no letter begins a word. */
  static String title(String text) {
    StringBuilder titled = new StringBuilder();
    String lower = lower(text);
    boolean sameLength = lower.length() == text.length();
    boolean inWord = false;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      String own = text.substring(at, next);
      titled.append(inWord ? sameLength ? lower.substring(at, next) : lower(own) : titled(point));
      inWord = isCased(point);
      at = next;
    }
    return titled.toString();
  }

  /**
   * Jinja's {@code title} filter: words begin after white space and an opening bracket or a hyphen.
   */
  static String words(String text) {
    StringBuilder titled = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && isBreak(text.charAt(at))) {
        at++;
      }
      titled.append(text, start, at);
      start = at;
      while (at < text.length() && !isBreak(text.charAt(at))) {
        at++;
      }
      if (at > start) {
        int second = text.offsetByCodePoints(start, 1);
        titled
            .append(upper(text.substring(start, second)))
            .append(lower(text.substring(second, at)));
      }
    }
    return titled.toString();
  }

  private static boolean isBreak(char c) {
    return Spaces.isSpace(c) || "-({[<".indexOf(c) >= 0;
  }

  static String swap(String text) {
    StringBuilder swapped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              String own = Character.toString(point);
              swapped.append(
                  Character.isUpperCase(point)
                      ? lower(own)
                      : Character.isLowerCase(point) ? upper(own) : own);
            });
    return swapped.toString();
  }

  private static boolean isCased(int point) {
    return Character.isUpperCase(point)
        || Character.isLowerCase(point)
        || Character.isTitleCase(point);
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  static boolean isAlpha(String text) {
    return all(text, Character::isLetter);
  }

  static boolean isAlnum(String text) {
    return all(text, point -> Character.isLetter(point) || numeric(point));
  }

  static boolean isDecimal(String text) {
    return all(text, Character::isDigit);
  }

  /** Decimal digits, and those that are raised, lowered or circled. */
  static boolean isDigit(String text) {
    return all(
        text,
        point ->
            Character.isDigit(point)
                || point == 0xb2
                || point == 0xb3
                || point == 0xb9
                || point == 0x2070
                || (point >= 0x2074 && point <= 0x2079)
                || (point >= 0x2080 && point <= 0x2089)
                || (point >= 0x2460 && point <= 0x2468));
  }

  static boolean isNumeric(String text) {
    return all(text, Cases::numeric);
  }

  private static boolean numeric(int point) {
    int type = Character.getType(point);
    return Character.isDigit(point)
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07\u96f6"
                .indexOf(point)
            >= 0;
  }

  static boolean isIdentifier(String text) {
    return !text.isEmpty()
        && (text.codePointAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
        && text.codePoints().allMatch(Character::isUnicodeIdentifierPart);
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints()
            .noneMatch(point -> Character.isUpperCase(point) || Character.isTitleCase(point));
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints()
            .noneMatch(point -> Character.isLowerCase(point) || Character.isTitleCase(point));
  }

  static boolean isTitle(String text) {
    boolean inWord = false;
    boolean any = false;
    for (int point : text.codePoints().toArray()) {
      boolean starts = Character.isUpperCase(point) || Character.isTitleCase(point);
      if (starts ? inWord : Character.isLowerCase(point) && !inWord) {
        return false;
      }
      inWord = isCased(point);
      any |= inWord;
    }
    return any;
  }

  static boolean isSpace(String text) {
    return all(text, point -> point < 0x10000 && Spaces.isSpace((char) point));
  }

  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(StringRepr::printable);
  }
}
