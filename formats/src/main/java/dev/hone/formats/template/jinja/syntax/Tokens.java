package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import java.util.List;

/** A reader of tokens that knows the current one and the next. */
final class Tokens {
  private final List<Token> tokens;
  private int position;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token following() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  /** Moves on; returns the token that was current. */
  Token next() {
    Token token = current();
    if (position < tokens.size() - 1) {
      position++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  /** One of several operators, if it is current. */
  boolean isOperator(List<String> operators) {
    return current().is(Kind.OPERATOR) && operators.contains(current().text());
  }

  Token expect(Kind kind) {
    return expect(current().is(kind), new Token(kind, "name", null, 0).description());
  }

  void expectOperator(String operator) {
    expect(current().isOperator(operator), operator);
  }

  void expectName(String name) {
    expect(current().isName(name), name);
  }

  private Token expect(boolean found, String expected) {
    if (found) {
      return next();
    }
    throw TemplateException.syntax(
        current().is(Kind.END)
            ? "unexpected end of template, expected '%s'.".formatted(expected)
            : "expected token '%s', got '%s'".formatted(expected, current().description()),
        current().line());
  }
}
