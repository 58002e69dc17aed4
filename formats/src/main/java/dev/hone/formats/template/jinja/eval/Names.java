package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Node;
import java.util.List;

/** Finds out whether a body reads a special name before it sets one itself. */
final class Names {
  private enum Found {
    NOTHING,
    READ,
    SET
  }

  private Names() {}

  static boolean uses(List<? extends Node> body, String name) {
    return find(body, name) == Found.READ;
  }

  private static Found find(List<? extends Node> nodes, String name) {
    for (Node node : nodes) {
      Found found =
          node instanceof Expr.Name used
              ? !used.name().equals(name)
                  ? Found.NOTHING
                  : used.use() == Expr.Use.LOAD ? Found.READ : Found.SET
              : find(node.children(), name);
      if (found != Found.NOTHING) {
        return found;
      }
    }
    return Found.NOTHING;
  }
}
