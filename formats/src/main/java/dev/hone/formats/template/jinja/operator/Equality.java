package dev.hone.formats.template.jinja.operator;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.DictView;
import dev.hone.formats.template.jinja.value.HashKey;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Range;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.math.BigDecimal;
import java.util.List;

/** {@code ==} and {@code in}. */
public final class Equality {
  private Equality() {}

  /** Whether two values are the same or equal, as containers compare their elements. */
  public static boolean same(Value a, Value b, Render render) {
    return a == b || equal(a, b, render);
  }

  /** {@code a == b}. */
  public static boolean equal(Value a, Value b, Render render) {
    render.step();
    if (a instanceof Str left) {
      return b instanceof Str right && equal(left.text(), right.text(), render);
    }
    if (a instanceof Num left) {
      return b instanceof Num right && compare(left, right) == 0;
    }
    if (a instanceof None || a instanceof Undefined) {
      return a.getClass() == b.getClass();
    }
    if (a instanceof Seq left) {
      return b instanceof Seq right
          && left.isTuple() == right.isTuple()
          && equal(left.items(), right.items(), render);
    }
    if (a instanceof Range left) {
      return b instanceof Range right && equal(left.items(), right.items(), render);
    }
    if (a instanceof Dict left) {
      render.enter(1);
      boolean equal = b instanceof Dict right && left.matches(right, (x, y) -> same(x, y, render));
      render.leave(1);
      return equal;
    }
    return a == b;
  }

  private static boolean equal(String a, String b, Render render) {
    if (a.length() != b.length()) {
      return false;
    }
    render.search(a.length());
    return a.equals(b);
  }

  private static boolean equal(List<Value> a, List<Value> b, Render render) {
    if (a.size() != b.size()) {
      return false;
    }
    render.enter(1);
    boolean equal = true;
    for (int i = 0; equal && i < a.size(); i++) {
      render.step();
      equal = same(a.get(i), b.get(i), render);
    }
    render.leave(1);
    return equal;
  }

  /** Compares two numbers exactly; {@code Integer.MIN_VALUE} if one is not a number (NaN). */
  public static int compare(Num a, Num b) {
    if (a instanceof Int left && b instanceof Int right) {
      return left.isLong() && right.isLong()
          ? Long.compare(left.asLong(), right.asLong())
          : left.asBig().compareTo(right.asBig());
    }
    double x = a.asDouble();
    double y = b.asDouble();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Integer.MIN_VALUE;
    }
    if (a instanceof Real && b instanceof Real) {
      // Unlike Double.compare: 0.0 and -0.0 are equal.
      return x < y ? -1 : x > y ? 1 : 0;
    }
    if (a instanceof Real ? Double.isInfinite(x) : Double.isInfinite(y)) {
      return a instanceof Real ? (x > 0 ? 1 : -1) : (y > 0 ? -1 : 1);
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Num number) {
    return number instanceof Int whole
        ? new BigDecimal(whole.asBig())
        : new BigDecimal(number.asDouble());
  }

  /** {@code item in container}. */
  public static boolean contains(Value container, Value item, Render render) {
    if (container instanceof Str text) {
      if (item instanceof Str part) {
        render.search(text.text().length());
        return text.text().contains(part.text());
      }
      throw TemplateException.type(
          "'in <string>' requires string as left operand, not " + item.type());
    }
    if (container instanceof Dict dict) {
      return dict.get(item, render) != null;
    }
    if (container instanceof DictView view && view.type().equals("dict_keys")) {
      HashKey.of(item, render);
    }
    Iter items = iterate(container, render);
    for (Value value = items.next(); value != null; value = items.next()) {
      render.step();
      if (same(value, item, render)) {
        return true;
      }
    }
    return false;
  }

  private static Iter iterate(Value container, Render render) {
    try {
      return container.iterate(render);
    } catch (TemplateException e) {
      throw e.kind().equals("TypeError")
          ? TemplateException.type("argument of type '" + container.type() + "' is not iterable")
          : e;
    }
  }
}
