package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Expr.Arguments;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** {@code (a, b, name=c, *rest, **named)}. */
final class ArgumentsParser {
  private final ExprParser expressions;
  private final Tokens tokens;
  private final List<Expr> positional = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Expr> named = new ArrayList<>();
  private Expr rest;
  private Expr namedRest;

  ArgumentsParser(ExprParser expressions, Tokens tokens) {
    this.expressions = expressions;
    this.tokens = tokens;
  }

  Arguments parse() {
    int line = tokens.current().line();
    tokens.expectOperator("(");
    boolean first = true;
    while (!tokens.current().isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(")")) {
          break;
        }
      }
      argument(line);
      first = false;
    }
    tokens.expectOperator(")");
    return new Arguments(
        List.copyOf(positional), List.copyOf(names), List.copyOf(named), rest, namedRest);
  }

  private void argument(int line) {
    if (tokens.skipOperator("*")) {
      check(rest == null && namedRest == null, line);
      rest = expressions.expression();
    } else if (tokens.skipOperator("**")) {
      check(namedRest == null, line);
      namedRest = expressions.expression();
    } else if (tokens.current().is(Kind.NAME) && tokens.following().isOperator("=")) {
      check(namedRest == null, line);
      names.add(tokens.next().text());
      tokens.next();
      named.add(expressions.expression());
    } else {
      check(rest == null && namedRest == null && names.isEmpty(), line);
      positional.add(expressions.expression());
    }
  }

  private static void check(boolean valid, int line) {
    if (!valid) {
      throw TemplateException.syntax("invalid syntax for function call expression", line);
    }
  }
}
