package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Node;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Undefined;

/**
 * Jinja computes a slice of constants, {@code 'abc'[1:]}, before rendering, by a way that makes a
 * failed one undefined where it would fail during rendering.
 */
final class Constants {
  private Constants() {}

  static boolean isConstant(Node node) {
    return !(node instanceof Expr.Name)
        && !(node instanceof Expr.Call)
        && node.children().stream().allMatch(Constants::isConstant);
  }

  static Eval folded(Eval slice, Eval owner) {
    return frame -> {
      try {
        return slice.eval(frame);
      } catch (TemplateException e) {
        if (e.kind().equals("TypeError")) {
          return Undefined.element(owner.eval(frame), None.NONE);
        }
        throw e;
      }
    };
  }
}
