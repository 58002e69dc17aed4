package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.value.Value;

/** Nodes that can be run. */
final class Code {
  private Code() {}

  /** An expression. */
  @FunctionalInterface
  interface Eval {
    Value eval(Frame frame);
  }

  /** A statement. */
  @FunctionalInterface
  interface Exec {
    Flow exec(Frame frame);
  }

  /** What can be assigned to. */
  @FunctionalInterface
  interface Target {
    void assign(Frame frame, Value value);
  }

  /** How a statement ended. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }
}
