package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.Spaces;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a template into tokens, and drops the white space that Jinja drops with {@code
 * trim_blocks} and {@code lstrip_blocks}: the newline after a block or comment, the indentation
 * before one, and all white space next to a {@code -}. Comments vanish here.
 *
 * <pre>
 * "  {% if a %}\n x {{- b }}"  gives  if a, data " x", b
 * </pre>
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = newlines(template);
    // Jinja drops one newline at the end of a template.
    Lexer lexer =
        new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    lexer.run();
    return lexer.tokens;
  }

  static String newlines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private void run() {
    while (position < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(source.substring(position));
        break;
      }
      char opener = source.charAt(tag + 1);
      int raw = opener == '%' ? rawTag(tag, "raw") : -1;
      int inside = tag + 2 + (control(tag + 2) == 0 ? 0 : 1);
      text(tag, control(tag + 2), opener == '{');
      if (raw >= 0) {
        moveTo(tag);
        moveTo(raw);
        raw();
      } else {
        moveTo(inside);
        switch (opener) {
          case '#' -> comment();
          case '%' -> tag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, '%');
          default -> tag(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, '}');
        }
      }
    }
    add(Kind.END, "");
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, null, line));
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private int nextTag() {
    for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  /** The sign of white space control at an offset: {@code -}, {@code +} or 0. */
  private char control(int at) {
    char sign = at < source.length() ? source.charAt(at) : 0;
    return sign == '-' || sign == '+' ? sign : 0;
  }

  /** The text before a tag, without what the tag strips from it. */
  private void text(int tag, char control, boolean variable) {
    String text = source.substring(position, tag);
    if (control == '-') {
      text = Spaces.stripTrailing(text);
    } else if (control == 0 && !variable) {
      int start = text.lastIndexOf('\n') + 1;
      if ((start > 0 || lineStarts) && Spaces.isBlank(text, start)) {
        text = text.substring(0, start);
      }
    }
    data(text);
  }

  private void moveTo(int end) {
    for (int at = position; at < end; at++) {
      line += source.charAt(at) == '\n' ? 1 : 0;
    }
    lineStarts = (end > 0 && end > position) ? source.charAt(end - 1) == '\n' : lineStarts;
    position = end;
  }

  /**
   * Where the tag {@code raw} or {@code endraw} ends that may begin at an offset; -1 if none does.
   */
  private int rawTag(int tag, String name) {
    int at = tag + 2 + (control(tag + 2) == 0 ? 0 : 1);
    at = Spaces.skip(source, at);
    if (!source.startsWith(name, at)) {
      return -1;
    }
    at = Spaces.skip(source, at + name.length());
    return name.equals("raw")
        ? source.startsWith("-%}", at)
            ? Spaces.skip(source, at + 3)
            : source.startsWith("%}", at) ? at + 2 : -1
        : blockEnd(at, '%');
  }

  private void raw() {
    for (int at = source.indexOf("{%", position); at >= 0; at = source.indexOf("{%", at + 1)) {
      int end = rawTag(at, "endraw");
      if (end >= 0) {
        text(at, control(at + 2), false);
        moveTo(at);
        moveTo(end);
        return;
      }
    }
    unclosed("Missing end of raw directive");
  }

  private void comment() {
    for (int at = source.indexOf('#', position); at >= 0; at = source.indexOf('#', at + 1)) {
      // The sign belongs to the end: of "-#}" the comment takes what comes before.
      boolean signed = at > position && control(at - 1) != 0;
      int end = blockEnd(signed ? at - 1 : at, '#');
      if (end >= 0) {
        moveTo(end);
        return;
      }
    }
    unclosed("Missing end of comment tag");
  }

  /** Jinja forgives a comment, or raw text, that begins where the template ends. */
  private void unclosed(String problem) {
    if (position < source.length()) {
      throw TemplateException.syntax(problem, line);
    }
  }

  /** Where the end of a block, comment or variable that may begin at an offset ends; -1: none. */
  private int blockEnd(int at, char closer) {
    char control = control(at);
    int end = control == 0 ? at : at + 1;
    boolean closes = source.startsWith(closer + "}", end);
    if (!closes || (control == '+' && closer == '}')) {
      return -1;
    }
    end += 2;
    if (control == '-') {
      return Spaces.skip(source, end);
    }
    boolean trims = control == 0 && closer != '}' && source.startsWith("\n", end);
    return trims ? end + 1 : end;
  }

  /** The tokens of a statement or an expression, up to its end. */
  private void tag(Kind begin, Kind end, char closer) {
    add(begin, "");
    StringBuilder open = new StringBuilder();
    while (position < source.length()) {
      int close = open.isEmpty() ? blockEnd(position, closer) : -1;
      if (close >= 0) {
        add(end, "");
        moveTo(close);
        return;
      }
      int next = Spaces.skip(source, position);
      if (next > position) {
        moveTo(next);
        continue;
      }
      Token token = TagTokens.at(source, position, line);
      if (token.is(Kind.OPERATOR)) {
        balance(token, open);
      }
      tokens.add(token);
      moveTo(TagTokens.end(source, position));
    }
  }

  private static void balance(Token token, StringBuilder open) {
    int opener = "{([".indexOf(token.text());
    if (opener >= 0) {
      open.append("})]".charAt(opener));
    } else if ("})]".contains(token.text())) {
      if (open.isEmpty()) {
        throw TemplateException.syntax("unexpected '" + token.text() + "'", token.line());
      }
      char expected = open.charAt(open.length() - 1);
      open.setLength(open.length() - 1);
      if (token.text().charAt(0) != expected) {
        throw TemplateException.syntax(
            "unexpected '%s', expected '%s'".formatted(token.text(), expected), token.line());
      }
    }
  }
}
