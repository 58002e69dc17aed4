package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Expr.Arguments;
import dev.hone.formats.template.jinja.syntax.Expr.Use;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Str;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Expressions, from the loosest operator ({@code a if b else c}) to the tightest. */
final class ExprParser {
  /** Deeper trees could overflow the stack of a small thread. */
  private static final int DEEPEST = 100;

  private static final int LONGEST_CHAIN = 1000;
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

  private final Tokens tokens;
  private int depth;

  ExprParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Parses one level deeper. */
  <T> T nested(Supplier<T> parse) {
    if (++depth > DEEPEST) {
      throw TemplateException.syntax(
          "the template is nested more than %d levels deep".formatted(DEEPEST),
          tokens.current().line());
    }
    T parsed = parse.get();
    depth--;
    return parsed;
  }

  private int chained(int links) {
    if (links >= LONGEST_CHAIN) {
      throw TemplateException.syntax(
          "an expression has more than %d operations in a row".formatted(LONGEST_CHAIN),
          tokens.current().line());
    }
    return links + 1;
  }

  Expr expression() {
    return nested(this::conditional);
  }

  private Expr conditional() {
    int line = tokens.current().line();
    Expr value = or();
    for (int links = 0; tokens.skipName("if"); links = chained(links)) {
      Expr test = or();
      Expr other = tokens.skipName("else") ? nested(this::conditional) : null;
      value = new Expr.Conditional(test, value, other, line);
    }
    return value;
  }

  /** An expression without {@code if}, as a statement {@code if} or {@code for} has it. */
  Expr or() {
    return named("or", () -> named("and", this::not));
  }

  private Expr named(String operator, Supplier<Expr> operand) {
    int line = tokens.current().line();
    Expr left = operand.get();
    for (int links = 0; tokens.skipName(operator); links = chained(links)) {
      left = new Expr.Binary(operator, left, operand.get(), line);
    }
    return left;
  }

  private Expr not() {
    int line = tokens.current().line();
    return tokens.skipName("not") ? new Expr.Unary("not", nested(this::not), line) : comparison();
  }

  private Expr comparison() {
    int line = tokens.current().line();
    List<Expr> operands = new ArrayList<>(List.of(sum()));
    List<String> operators = new ArrayList<>();
    while (true) {
      if (tokens.isOperator(COMPARISONS)) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.current().isName("not") && tokens.following().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return operators.isEmpty()
            ? operands.get(0)
            : new Expr.Compare(List.copyOf(operands), List.copyOf(operators), line);
      }
      operands.add(sum());
    }
  }

  private Expr chain(List<String> operators, Supplier<Expr> operand) {
    int line = tokens.current().line();
    Expr left = operand.get();
    for (int links = 0; tokens.isOperator(operators); links = chained(links)) {
      left = new Expr.Binary(tokens.next().text(), left, operand.get(), line);
    }
    return left;
  }

  private Expr sum() {
    return chain(List.of("+", "-"), this::concat);
  }

  private Expr concat() {
    List<Expr> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Expr.Concat(List.copyOf(parts));
  }

  private Expr product() {
    return chain(List.of("*", "/", "//", "%"), () -> chain(List.of("**"), () -> unary(true)));
  }

  private Expr unary(boolean withFilters) {
    int line = tokens.current().line();
    Expr operand =
        tokens.isOperator(List.of("-", "+"))
            ? new Expr.Unary(tokens.next().text(), nested(() -> unary(false)), line)
            : primary(false);
    operand = postfix(operand);
    return withFilters ? filters(operand) : operand;
  }

  /** A literal, a name or something in brackets. */
  Expr primary(boolean withNamespace) {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token, withNamespace);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.current().is(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        yield new Expr.Const(Str.of(text.toString(), null));
      }
      case INTEGER, FLOAT -> new Expr.Const(token.number());
      case OPERATOR -> bracketed(token);
      default -> throw unexpected(token);
    };
  }

  private static TemplateException unexpected(Token token) {
    return TemplateException.syntax("unexpected '" + token.description() + "'", token.line());
  }

  private Expr name(Token token, boolean withNamespace) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Const(Bool.TRUE);
      case "false", "False" -> new Expr.Const(Bool.FALSE);
      case "none", "None" -> new Expr.Const(None.NONE);
      default ->
          withNamespace && tokens.skipOperator(".")
              ? new Expr.NamespaceRef(token.text(), tokens.expect(Kind.NAME).text())
              : new Expr.Name(token.text(), Use.LOAD, token.line());
    };
  }

  private Expr bracketed(Token token) {
    return switch (token.text()) {
      case "(" -> {
        Expr inner = nested(() -> tuple(this::expression, List.of(), true));
        tokens.expectOperator(")");
        yield inner;
      }
      case "[" -> new Expr.ListOf(items("]", this::expression));
      case "{" -> dict();
      default -> throw unexpected(token);
    };
  }

  private <T> List<T> items(String closer, Supplier<T> item) {
    List<T> items = new ArrayList<>();
    while (!tokens.current().isOperator(closer)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(closer)) {
          break;
        }
      }
      items.add(item.get());
    }
    tokens.expectOperator(closer);
    return List.copyOf(items);
  }

  private Expr dict() {
    List<Expr> values = new ArrayList<>();
    List<Expr> keys =
        items(
            "}",
            () -> {
              Expr key = expression();
              tokens.expectOperator(":");
              values.add(expression());
              return key;
            });
    return new Expr.DictOf(keys, List.copyOf(values));
  }

  /**
   * One expression, or several with commas between them as a tuple.
   *
   * @param enders names that end it as well
   */
  Expr tuple(Supplier<Expr> item, List<String> enders, boolean mayBeEmpty) {
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    while (true) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (atTupleEnd(enders)) {
        break;
      }
      items.add(item.get());
      if (!tokens.current().isOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (!isTuple && items.size() == 1) {
      return items.get(0);
    }
    if (!isTuple && !mayBeEmpty) {
      throw TemplateException.syntax(
          "Expected an expression, got '" + tokens.current().description() + "'",
          tokens.current().line());
    }
    return new Expr.TupleOf(List.copyOf(items));
  }

  private boolean atTupleEnd(List<String> enders) {
    Token token = tokens.current();
    return token.is(Kind.VARIABLE_END)
        || token.is(Kind.BLOCK_END)
        || token.isOperator(")")
        || (token.is(Kind.NAME) && enders.contains(token.text()));
  }

  private Expr postfix(Expr operand) {
    Expr owner = operand;
    for (int links = 0; ; links = chained(links)) {
      int line = tokens.current().line();
      if (tokens.skipOperator(".")) {
        owner = attribute(owner, line);
      } else if (tokens.skipOperator("[")) {
        owner = subscript(owner, line);
      } else if (tokens.current().isOperator("(")) {
        owner = new Expr.Call(owner, arguments(), line);
      } else {
        return owner;
      }
    }
  }

  private Expr attribute(Expr owner, int line) {
    Token name = tokens.next();
    return switch (name.kind()) {
      case NAME -> new Expr.Attribute(owner, name.text(), line);
      case INTEGER -> new Expr.Item(owner, new Expr.Const(name.number()), line);
      default -> throw TemplateException.syntax("expected name or number", name.line());
    };
  }

  private Expr subscript(Expr owner, int line) {
    List<Expr> keys = new ArrayList<>();
    while (!tokens.current().isOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      keys.add(subscribed());
    }
    tokens.expectOperator("]");
    Expr key = keys.size() == 1 ? keys.get(0) : new Expr.TupleOf(List.copyOf(keys));
    return new Expr.Item(owner, key, line);
  }

  private Expr subscribed() {
    Expr start = tokens.current().isOperator(":") ? null : expression();
    if (!tokens.skipOperator(":")) {
      return start;
    }
    Expr stop = bound();
    return new Expr.Slice(start, stop, tokens.skipOperator(":") ? bound() : null);
  }

  private Expr bound() {
    return tokens.isOperator(List.of(":", "]", ",")) ? null : expression();
  }

  private Expr filters(Expr operand) {
    Expr value = operand;
    for (int links = 0; ; links = chained(links)) {
      int line = tokens.current().line();
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value, line);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Call(value, arguments(), line);
      } else {
        return value;
      }
    }
  }

  /** A name with its arguments, and the filters after it: what follows the first {@code |}. */
  Expr filterChain(Expr value) {
    Expr filtered = filter(value);
    for (int links = 0; tokens.skipOperator("|"); links = chained(links)) {
      filtered = filter(filtered);
    }
    return filtered;
  }

  private Expr filter(Expr value) {
    int line = tokens.current().line();
    String name = dottedName();
    return new Expr.Filter(
        value, name, tokens.current().isOperator("(") ? arguments() : Arguments.NONE, line);
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  private Expr test(Expr value, int line) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Arguments arguments = Arguments.NONE;
    if (tokens.current().isOperator("(")) {
      arguments = arguments();
    } else if (startsArgument()) {
      if (tokens.current().isName("is")) {
        throw TemplateException.syntax(
            "You cannot chain multiple tests with is", tokens.current().line());
      }
      arguments = Arguments.of(postfix(primary(false)));
    }
    Expr test = new Expr.Test(value, name, arguments, line);
    return negated ? new Expr.Unary("not", test, line) : test;
  }

  private boolean startsArgument() {
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> !List.of("else", "or", "and").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }

  private Arguments arguments() {
    return nested(() -> new ArgumentsParser(this, tokens).parse());
  }
}
