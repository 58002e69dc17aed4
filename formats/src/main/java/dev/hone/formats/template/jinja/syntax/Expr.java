package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** An expression. */
public sealed interface Expr extends Node {
  @Override
  default List<? extends Node> children() {
    return List.of();
  }

  /** Whether it can stand to the left of {@code =}. */
  default boolean isTarget() {
    return false;
  }

  /** A literal. */
  record Const(Value value) implements Expr {}

  /** How a name is used. */
  enum Use {
    LOAD,
    STORE,
    PARAMETER
  }

  /** A variable. */
  record Name(String name, Use use, int line) implements Expr {
    @Override
    public boolean isTarget() {
      return true;
    }
  }

  /** {@code namespace.attribute} to the left of {@code =}. */
  record NamespaceRef(String name, String attribute) implements Expr {
    @Override
    public boolean isTarget() {
      return true;
    }
  }

  /** {@code (a, b)}. */
  record TupleOf(List<Expr> items) implements Expr {
    @Override
    public List<Expr> children() {
      return items;
    }

    @Override
    public boolean isTarget() {
      return items.stream().allMatch(Expr::isTarget);
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expr> items) implements Expr {
    @Override
    public List<Expr> children() {
      return items;
    }
  }

  /** {@code {k: v}}. */
  record DictOf(List<Expr> keys, List<Expr> values) implements Expr {
    @Override
    public List<Expr> children() {
      List<Expr> children = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        children.add(keys.get(i));
        children.add(values.get(i));
      }
      return children;
    }
  }

  /** {@code not a}, {@code -a} or {@code +a}. */
  record Unary(String operator, Expr operand, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(operand);
    }
  }

  /** Arithmetic, {@code and}, {@code or}. */
  record Binary(String operator, Expr left, Expr right, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(left, right);
    }
  }

  /** {@code a < b <= c}: operators.get(i) stands before operands.get(i + 1). */
  record Compare(List<Expr> operands, List<String> operators, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return operands;
    }
  }

  /** {@code a ~ b ~ c}. */
  record Concat(List<Expr> parts) implements Expr {
    @Override
    public List<Expr> children() {
      return parts;
    }
  }

  /** {@code owner.name}. */
  record Attribute(Expr owner, String name, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(owner);
    }
  }

  /** {@code owner[key]}. */
  record Item(Expr owner, Expr key, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return List.of(owner, key);
    }
  }

  /** {@code start:stop:step} within brackets; each may be null. */
  record Slice(Expr start, Expr stop, Expr step) implements Expr {
    @Override
    public List<Expr> children() {
      return Stream.of(start, stop, step).filter(Objects::nonNull).toList();
    }
  }

  /** {@code value|name(arguments)}; the value is null in a filter block. */
  record Filter(Expr value, String name, Arguments arguments, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return arguments.after(value);
    }
  }

  /** {@code value is name(arguments)}. */
  record Test(Expr value, String name, Arguments arguments, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return arguments.after(value);
    }
  }

  /** {@code function(arguments)}. */
  record Call(Expr function, Arguments arguments, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return arguments.after(function);
    }
  }

  /** {@code value if test else other}; other may be null. */
  record Conditional(Expr test, Expr value, Expr other, int line) implements Expr {
    @Override
    public List<Expr> children() {
      return Stream.of(test, value, other).filter(Objects::nonNull).toList();
    }
  }

  /**
   * Arguments of a call.
   *
   * @param positional in order
   * @param names of the named ones
   * @param named their values
   * @param rest {@code *rest}, or null
   * @param namedRest {@code **rest}, or null
   */
  record Arguments(
      List<Expr> positional, List<String> names, List<Expr> named, Expr rest, Expr namedRest) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);

    static Arguments of(Expr argument) {
      return new Arguments(List.of(argument), List.of(), List.of(), null, null);
    }

    List<Expr> after(Expr first) {
      List<Expr> all = new ArrayList<>();
      if (first != null) {
        all.add(first);
      }
      all.addAll(positional);
      all.addAll(named);
      Stream.of(rest, namedRest).filter(expr -> expr != null).forEach(all::add);
      return all;
    }
  }
}
