package dev.hone.formats.template.jinja.syntax;

import java.util.List;

/** A part of the syntax tree. */
public sealed interface Node permits Expr, Stmt {
  /** The parts of this one, in the order in which they are written. */
  List<? extends Node> children();
}
