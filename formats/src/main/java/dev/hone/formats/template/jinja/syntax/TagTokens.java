package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Real;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens inside a tag: numbers, names, strings and operators. */
final class TagTokens {
  private static final String DIGITS = "(?:\\d+_)*+\\d++";
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)%1$s(?:(?:\\.%1$s)?e[+-]?%1$s|\\.%1$s)".formatted(DIGITS),
          Pattern.CASE_INSENSITIVE);
  private static final Pattern INTEGER =
      Pattern.compile(
          "0b(?:_?[01])++|0o(?:_?[0-7])++|0x(?:_?[\\da-f])++|[1-9](?:_?\\d)*+|0(?:_?0)*+",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|[=!<>]=|[-+/*%~\\[\\](){}<>=.:|,;]");

  private TagTokens() {}

  /** The token at an offset, which is not white space. */
  static Token at(String source, int at, int line) {
    char first = source.charAt(at);
    int end = end(source, at);
    if (end == at) {
      throw TemplateException.syntax(
          "unexpected char '%s' at %d".formatted(Character.toString(source.codePointAt(at)), at),
          line);
    }
    String text = source.substring(at, end);
    if (first == '\'' || first == '"') {
      String body = Lexer.newlines(text.substring(1, text.length() - 1));
      return new Token(Kind.STRING, StringLiteral.unescape(body, line), null, line);
    }
    if (first >= '0' && first <= '9') {
      return number(text, line);
    }
    if (!isNamePart(source.codePointAt(at))) {
      return new Token(Kind.OPERATOR, text, null, line);
    }
    if (!isNameStart(source.codePointAt(at))) {
      throw TemplateException.syntax("Invalid character in identifier", line);
    }
    return new Token(Kind.NAME, text, null, line);
  }

  private static Token number(String text, int line) {
    String plain = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean hex = plain.startsWith("0x");
    if (!hex && (plain.indexOf('.') >= 0 || plain.indexOf('e') >= 0)) {
      return new Token(Kind.FLOAT, text, new Real(Double.parseDouble(plain), null), line);
    }
    int radix = hex ? 16 : plain.startsWith("0o") ? 8 : plain.startsWith("0b") ? 2 : 10;
    if (radix == 10 && plain.length() > Int.MAX_DIGITS) {
      throw TemplateException.of(
          "ValueError", "Exceeds the limit (4300 digits) for integer string conversion");
    }
    BigInteger value = new BigInteger(radix == 10 ? plain : plain.substring(2), radix);
    return new Token(Kind.INTEGER, value.toString(), Int.of(value, null), line);
  }

  /** The offset after the token at an offset; the offset itself if there is none. */
  static int end(String source, int at) {
    char first = source.charAt(at);
    if (first >= '0' && first <= '9') {
      Matcher number = FLOAT.matcher(source).region(at, source.length()).useTransparentBounds(true);
      if (number.lookingAt()) {
        return number.end();
      }
      number.usePattern(INTEGER).lookingAt();
      return number.end();
    }
    if (first == '\'' || first == '"') {
      return stringEnd(source, at, first);
    }
    int end = at;
    while (end < source.length() && isNamePart(source.codePointAt(end))) {
      end += Character.charCount(source.codePointAt(end));
    }
    if (end > at) {
      return end;
    }
    Matcher operator = OPERATOR.matcher(source).region(at, source.length());
    return operator.lookingAt() ? operator.end() : at;
  }

  private static int stringEnd(String source, int at, char quote) {
    for (int end = at + 1; end < source.length(); end++) {
      char c = source.charAt(end);
      if (c == quote) {
        return end + 1;
      }
      if (c == '\\') {
        end++;
      }
    }
    return at;
  }

  private static boolean isNamePart(int point) {
    return point == '_'
        || Character.isLetterOrDigit(point)
        || (Character.isUnicodeIdentifierPart(point) && !Character.isIdentifierIgnorable(point));
  }

  private static boolean isNameStart(int point) {
    return point == '_' || Character.isUnicodeIdentifierStart(point);
  }
}
