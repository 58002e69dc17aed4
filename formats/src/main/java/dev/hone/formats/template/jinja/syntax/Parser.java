package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.syntax.Expr.Use;
import dev.hone.formats.template.jinja.syntax.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Statements. {@code include}, {@code import} and {@code extends} are refused. */
public final class Parser {
  private static final Set<String> OTHER_TEMPLATES =
      Set.of("include", "import", "from", "extends", "block", "autoescape");

  private final Tokens tokens;
  private final ExprParser expressions;
  private final Deque<String> open = new ArrayDeque<>();

  private Parser(String source) {
    this.tokens = new Tokens(Lexer.tokens(source));
    this.expressions = new ExprParser(tokens);
  }

  /**
   * The statements of a template.
   *
   * @throws TemplateException if it is no Jinja template
   */
  public static List<Stmt> parse(String source) {
    try {
      return new Parser(source).body(List.of());
    } catch (StackOverflowError e) {
      throw TemplateException.syntax("the template is nested too deep to be parsed", 0);
    }
  }

  /**
   * Statements up to one of the end tags, whose name is then current; at the end of all if none.
   */
  private List<Stmt> body(List<String> ends) {
    List<Stmt> body = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> body.add(new Stmt.Text(token.text()));
        case VARIABLE_BEGIN -> {
          body.add(
              new Stmt.Output(
                  expressions.tuple(expressions::expression, List.of(), false), token.line()));
          tokens.expect(Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          if (tokens.current().is(Kind.NAME) && ends.contains(tokens.current().text())) {
            return List.copyOf(body);
          }
          body.addAll(expressions.nested(() -> statement(ends)));
          tokens.expect(Kind.BLOCK_END);
        }
        default -> {
          if (ends.isEmpty()) {
            return List.copyOf(body);
          }
          throw unknown("Unexpected end of template.", ends, token.line());
        }
      }
    }
  }

  private TemplateException unknown(String problem, List<String> ends, int line) {
    String looking =
        ends.isEmpty()
            ? ""
            : " Jinja was looking for the following tags: '%s'."
                .formatted(String.join("' or '", ends));
    String innermost =
        open.isEmpty()
            ? ""
            : " The innermost block that needs to be closed is '%s'.".formatted(open.peek());
    return TemplateException.syntax(problem + looking + innermost, line);
  }

  private List<Stmt> statement(List<String> ends) {
    Token tag = tokens.current();
    if (!tag.is(Kind.NAME)) {
      throw TemplateException.syntax("tag name expected", tag.line());
    }
    if (OTHER_TEMPLATES.contains(tag.text())) {
      throw TemplateException.syntax(
          "the tag '%s' is not supported: a chat template stands alone and does not escape"
              .formatted(tag.text()),
          tag.line());
    }
    tokens.next();
    open.push(tag.text());
    List<Stmt> parsed =
        switch (tag.text()) {
          case "if" -> List.of(ifStatement(tag.line()));
          case "for" -> List.of(forStatement(tag.line()));
          case "set" -> List.of(set(tag.line()));
          case "macro" -> List.of(macro(tag.line()));
          case "call" -> List.of(callBlock(tag.line()));
          case "filter" -> List.of(filterBlock(tag.line()));
          case "with" -> List.of(with(tag.line()));
          case "print" -> print(tag.line());
          case "generation" -> List.of(generation(tag.line()));
          case "break" -> List.of(new Stmt.Break(tag.line()));
          case "continue" -> List.of(new Stmt.Continue(tag.line()));
          default -> {
            open.pop();
            throw unknown("Encountered unknown tag '%s'.".formatted(tag.text()), ends, tag.line());
          }
        };
    open.pop();
    return parsed;
  }

  /** The rest of an opening tag, and the body up to one of the end tags. */
  private List<Stmt> block(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Kind.BLOCK_END);
    return body(List.of(ends));
  }

  /** A body whose end tag is taken, too. */
  private List<Stmt> wholeBlock(String end) {
    List<Stmt> body = block(end);
    tokens.next();
    return body;
  }

  private Stmt ifStatement(int line) {
    Expr test = expressions.tuple(expressions::or, List.of(), false);
    List<Stmt> body = block("elif", "else", "endif");
    Token end = tokens.next();
    List<Stmt> orElse =
        switch (end.text()) {
          case "elif" -> List.of(expressions.nested(() -> ifStatement(end.line())));
          case "else" -> wholeBlock("endif");
          default -> List.of();
        };
    return new Stmt.If(test, body, orElse, line);
  }

  private Stmt forStatement(int line) {
    Expr target = target(List.of("in"), false);
    tokens.expectName("in");
    Expr items = expressions.tuple(expressions::or, List.of("recursive"), false);
    Expr test = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    List<Stmt> body = block("endfor", "else");
    List<Stmt> orElse = tokens.next().text().equals("else") ? wholeBlock("endfor") : List.of();
    return new Stmt.For(target, items, test, recursive, body, orElse, line);
  }

  private Expr target(List<String> enders, boolean withNamespace) {
    int line = tokens.current().line();
    Expr target = expressions.tuple(() -> expressions.primary(withNamespace), enders, false);
    if (!target.isTarget()) {
      throw TemplateException.syntax("can't assign to '%s'".formatted(kind(target)), line);
    }
    return stored(target, Use.STORE);
  }

  private static String kind(Expr expr) {
    if (expr instanceof Expr.TupleOf) {
      return "tuple";
    }
    return expr instanceof Expr.ListOf ? "list" : expr instanceof Expr.DictOf ? "dict" : "const";
  }

  private static Expr stored(Expr target, Use use) {
    if (target instanceof Expr.Name name) {
      return new Expr.Name(name.name(), use, name.line());
    }
    return target instanceof Expr.TupleOf tuple
        ? new Expr.TupleOf(tuple.items().stream().map(item -> stored(item, use)).toList())
        : target;
  }

  private Stmt set(int line) {
    Expr target = target(List.of(), true);
    if (tokens.skipOperator("=")) {
      return new Stmt.Assign(
          target, expressions.tuple(expressions::expression, List.of(), false), line);
    }
    Expr filter = tokens.skipOperator("|") ? expressions.filterChain(null) : null;
    return new Stmt.AssignBlock(target, filter, wholeBlock("endset"), line);
  }

  private Stmt macro(int line) {
    String name = tokens.expect(Kind.NAME).text();
    Stmt.Function signature = signature(name);
    return new Stmt.Macro(withBody(signature, wholeBlock("endmacro")), line);
  }

  private static Stmt.Function withBody(Stmt.Function signature, List<Stmt> body) {
    return new Stmt.Function(signature.name(), signature.parameters(), signature.defaults(), body);
  }

  private Stmt.Function signature(String name) {
    tokens.expectOperator("(");
    List<Expr.Name> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    while (!tokens.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token parameter = tokens.expect(Kind.NAME);
      parameters.add(new Expr.Name(parameter.text(), Use.PARAMETER, parameter.line()));
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw TemplateException.syntax(
            "non-default argument follows default argument", tokens.current().line());
      }
    }
    tokens.next();
    return new Stmt.Function(name, List.copyOf(parameters), List.copyOf(defaults), List.of());
  }

  private Stmt callBlock(int line) {
    Stmt.Function signature =
        tokens.current().isOperator("(")
            ? signature(null)
            : new Stmt.Function(null, List.of(), List.of(), List.of());
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw TemplateException.syntax("expected call", line);
    }
    return new Stmt.CallBlock(call, withBody(signature, wholeBlock("endcall")), line);
  }

  private Stmt generation(int line) {
    List<Stmt> body = wholeBlock("endgeneration");
    return new Stmt.Generation(new Stmt.Function(null, List.of(), List.of(), body), line);
  }

  private Stmt filterBlock(int line) {
    Expr filter = expressions.filterChain(null);
    return new Stmt.FilterBlock(filter, wholeBlock("endfilter"), line);
  }

  private Stmt with(int line) {
    List<Expr> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(stored(target(List.of(), false), Use.PARAMETER));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(List.copyOf(targets), List.copyOf(values), wholeBlock("endwith"), line);
  }

  private List<Stmt> print(int line) {
    List<Stmt> outputs = new ArrayList<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!outputs.isEmpty()) {
        tokens.expectOperator(",");
      }
      outputs.add(new Stmt.Output(expressions.expression(), line));
    }
    return outputs;
  }
}
