package dev.hone.formats.template.jinja.syntax;

import java.util.ArrayList;
import java.util.List;

/** A statement. Bodies are lists of statements, text of the template included. */
public sealed interface Stmt extends Node {
  @Override
  default List<? extends Node> children() {
    return List.of();
  }

  /** Text of the template. */
  record Text(String text) implements Stmt {}

  /** {@code {{ value }}}. */
  record Output(Expr value, int line) implements Stmt {
    @Override
    public List<Expr> children() {
      return List.of(value);
    }
  }

  /** {@code if}; {@code elif} is an {@code if} within orElse. */
  record If(Expr test, List<Stmt> body, List<Stmt> orElse, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return join(List.of(test), body, orElse);
    }
  }

  /** {@code for target in items if test recursive}; test may be null. */
  record For(
      Expr target,
      Expr items,
      Expr test,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> orElse,
      int line)
      implements Stmt {
    @Override
    public List<Node> children() {
      return join(List.of(target, items), body, orElse, test == null ? List.of() : List.of(test));
    }
  }

  /** {@code set target = value}. */
  record Assign(Expr target, Expr value, int line) implements Stmt {
    @Override
    public List<Expr> children() {
      return List.of(target, value);
    }
  }

  /** {@code set target} with a body; the filter may be null. */
  record AssignBlock(Expr target, Expr filter, List<Stmt> body, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return join(filter == null ? List.of(target) : List.of(target, filter), body);
    }
  }

  /**
   * Parameters and body of a macro, of a call block's caller or of a generation block.
   *
   * @param defaults of the last parameters
   */
  record Function(String name, List<Expr.Name> parameters, List<Expr> defaults, List<Stmt> body) {
    List<Node> parts() {
      return join(parameters, defaults, body);
    }
  }

  /** {@code macro}. */
  record Macro(Function function, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return function.parts();
    }
  }

  /** {@code call(parameters) function(arguments)}. */
  record CallBlock(Expr.Call call, Function caller, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return join(List.of(call), caller.parts());
    }
  }

  /** {@code generation}: what the model is to write. */
  record Generation(Function body, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return body.parts();
    }
  }

  /** {@code filter}. */
  record FilterBlock(Expr filter, List<Stmt> body, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return join(List.of(filter), body);
    }
  }

  /** {@code with}. */
  record With(List<Expr> targets, List<Expr> values, List<Stmt> body, int line) implements Stmt {
    @Override
    public List<Node> children() {
      return join(targets, values, body);
    }
  }

  /** A part with variables of its own. */
  record Scope(List<Stmt> body) implements Stmt {
    @Override
    public List<Stmt> children() {
      return body;
    }
  }

  /** {@code break}. */
  record Break(int line) implements Stmt {}

  /** {@code continue}. */
  record Continue(int line) implements Stmt {}

  @SafeVarargs
  private static List<Node> join(List<? extends Node>... parts) {
    List<Node> all = new ArrayList<>();
    for (List<? extends Node> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
