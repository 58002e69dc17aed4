package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Node;
import dev.hone.formats.template.jinja.syntax.Stmt;
import java.util.List;

/** Tells a part of the template which names it loads and stores, without entering inner parts. */
final class SymbolVisitor {
  private Symbols symbols;

  SymbolVisitor(Symbols symbols) {
    this.symbols = symbols;
  }

  SymbolVisitor visit(List<? extends Node> nodes) {
    nodes.forEach(this::visit);
    return this;
  }

  /** Names that are stored here hold what the part is entered with. */
  SymbolVisitor parameters(Expr target) {
    if (target instanceof Expr.Name name) {
      symbols.parameter(name.name());
    } else {
      target.children().forEach(child -> parameters((Expr) child));
    }
    return this;
  }

  void visit(Node node) {
    if (node instanceof Expr.Name name) {
      visitName(name);
    } else if (node instanceof Expr.NamespaceRef ref) {
      symbols.load(ref.name());
    } else if (node instanceof Stmt.If branch) {
      visitIf(branch);
    } else if (node instanceof Stmt.Macro macro) {
      symbols.store(macro.function().name());
    } else if (node instanceof Stmt.Assign assign) {
      visit(assign.value());
      visit(assign.target());
    } else if (node instanceof Stmt.For loop) {
      visit(loop.items());
    } else if (node instanceof Stmt.CallBlock block) {
      visit(block.call());
    } else if (node instanceof Stmt.FilterBlock block) {
      visit(block.filter());
    } else if (node instanceof Stmt.With with) {
      visit(with.values());
    } else if (node instanceof Stmt.AssignBlock block) {
      visit(block.target());
    } else if (!(node instanceof Stmt.Generation)) {
      visit(node.children());
    }
  }

  private void visitName(Expr.Name name) {
    switch (name.use()) {
      case LOAD -> symbols.load(name.name());
      case STORE -> symbols.store(name.name());
      case PARAMETER -> symbols.parameter(name.name());
    }
  }

  private void visitIf(Stmt.If branch) {
    visit(branch.test());
    Symbols before = symbols;
    Symbols body = visited(before, branch.body());
    Symbols orElse = visited(before, branch.orElse());
    symbols = before;
    before.merge(List.of(body, orElse));
  }

  private Symbols visited(Symbols before, List<Stmt> body) {
    symbols = before.copy();
    visit(body);
    return symbols;
  }
}
