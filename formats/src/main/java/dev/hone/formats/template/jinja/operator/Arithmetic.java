package dev.hone.formats.template.jinja.operator;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.Html;
import dev.hone.formats.template.jinja.format.PercentFormat;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code + - * / // % **} and the signs. */
public final class Arithmetic {
  private Arithmetic() {}

  /** {@code a operator b}. */
  public static Value binary(String operator, Value a, Value b, Render render) {
    render.step();
    boolean percent = operator.equals("%") && a instanceof Str;
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (b instanceof Undefined undefined && !percent) {
      throw undefined.failure();
    }
    if (percent) {
      return PercentFormat.format((Str) a, b, render);
    }
    if (a instanceof Num left && b instanceof Num right) {
      return NumberArithmetic.binary(operator, left, right, render);
    }
    Value result =
        switch (operator) {
          case "+" -> plus(a, b, render);
          case "*" -> times(a, b, render);
          default -> null;
        };
    if (result == null) {
      throw TemplateException.type(
          "unsupported operand type(s) for %s: '%s' and '%s'"
              .formatted(operator.equals("**") ? "** or pow()" : operator, a.type(), b.type()));
    }
    return result;
  }

  private static Value plus(Value a, Value b, Render render) {
    if (a instanceof Str left) {
      if (b instanceof Str right) {
        return plus(left, right, render);
      }
      throw TemplateException.type(
          "can only concatenate str (not \"%s\") to str".formatted(b.type()));
    }
    if (a instanceof Seq left) {
      if (b instanceof Seq right && left.isTuple() == right.isTuple()) {
        render.elements((long) left.length() + right.length());
        List<Value> items = new ArrayList<>(left.items());
        items.addAll(right.items());
        boolean sameOrigin = left.origin() != null && left.origin().equals(right.origin());
        return sameOrigin ? left.with(items) : left.isTuple() ? Seq.tuple(items) : Seq.list(items);
      }
      throw TemplateException.type(
          "can only concatenate %s (not \"%s\") to %s".formatted(a.type(), b.type(), a.type()));
    }
    return null;
  }

  private static Str plus(Str left, Str right, Render render) {
    if (left.markup() || right.markup()) {
      return Html.escape(left, render).plus(Html.escape(right, render), render).withMarkup(true);
    }
    return left.plus(right, render);
  }

  private static Value times(Value a, Value b, Render render) {
    if (a instanceof Int && !(b instanceof Int)) {
      return b instanceof Str || b instanceof Seq ? times(b, a, render) : null;
    }
    if (!(a instanceof Str) && !(a instanceof Seq)) {
      return null;
    }
    if (!(b instanceof Int count)) {
      throw TemplateException.type(
          "can't multiply sequence by non-int of type '%s'".formatted(b.type()));
    }
    if (!count.isLong()) {
      throw TemplateException.of("OverflowError", "cannot fit 'int' into an index-sized integer");
    }
    long times = Math.max(0, count.asLong());
    if (a instanceof Str text) {
      if (text.text().isEmpty()) {
        return text;
      }
      if (!text.isMixed()) {
        render.characters(saturated(times, text.text().length()));
        return Str.of(text.text().repeat((int) times), text.origin()).withMarkup(text.markup());
      }
      TextBuilder out = new TextBuilder(render);
      for (long i = 0; i < times; i++) {
        out.append(text);
      }
      return out.toStr().withMarkup(text.markup());
    }
    Seq seq = (Seq) a;
    render.elements(saturated(times, seq.length()));
    List<Value> items = new ArrayList<>();
    for (long i = 0; i < times && seq.length() > 0; i++) {
      items.addAll(seq.items());
    }
    return seq.with(items);
  }

  private static long saturated(long times, long length) {
    return length > 0 && times > Long.MAX_VALUE / length ? Long.MAX_VALUE : times * length;
  }

  /** {@code -a} or {@code +a}. */
  public static Value sign(String operator, Value a) {
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (a instanceof Num number) {
      return NumberArithmetic.sign(operator, number);
    }
    throw TemplateException.type(
        "bad operand type for unary %s: '%s'".formatted(operator, a.type()));
  }
}
