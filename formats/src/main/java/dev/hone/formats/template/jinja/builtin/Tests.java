package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.operator.Arithmetic;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.operator.Ordering;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Dict;
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
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Every test of a template, what stands after {@code is}. */
public final class Tests {
  private static final Map<String, Builtin> TABLE =
      new Table()
          .add("defined(value)", is(value -> !(value instanceof Undefined)))
          .add("undefined(value)", is(value -> value instanceof Undefined))
          .add("none(value)", is(value -> value instanceof None))
          .add("boolean(value)", is(value -> value instanceof Bool))
          .add("true(value)", is(value -> value instanceof Bool && value.truth()))
          .add("false(value)", is(value -> value instanceof Bool && !value.truth()))
          .add("integer(value)", is(value -> value instanceof Int && !(value instanceof Bool)))
          .add("float(value)", is(value -> value instanceof Real))
          .add("number(value)", is(value -> value instanceof Num))
          .add("string(value)", is(value -> value instanceof Str))
          .add("mapping(value)", is(value -> value instanceof Dict))
          .add("sequence(value)", is(Tests::isSequence))
          .add(
              "callable(value, /)",
              is(value -> value instanceof Callable || value instanceof Undefined))
          .add("escaped(value)", is(value -> value instanceof Str text && text.markup()))
          .add("iterable(value)", (r, a) -> Bool.of(isIterable(a.value(0), r)))
          .add("lower(value)", (r, a) -> cased(a.value(0), Cases::isLower, r))
          .add("upper(value)", (r, a) -> cased(a.value(0), Cases::isUpper, r))
          .add("odd(value)", (r, a) -> remainder(a.value(0), Int.of(2), 1, r))
          .add("even(value)", (r, a) -> remainder(a.value(0), Int.of(2), 0, r))
          .add("divisibleby(value, num)", (r, a) -> remainder(a.value(0), a.value(1), 0, r))
          .add("filter(value)", (r, a) -> isKnown(a.value(0), Filters::get, r))
          .add("test(value)", (r, a) -> isKnown(a.value(0), Tests::get, r))
          .add("sameas(value, other)", (r, a) -> Bool.of(isSame(a.value(0), a.value(1))))
          .add("in(value, seq)", (r, a) -> Bool.of(Equality.contains(a.value(1), a.value(0), r)))
          .add("eq(a, b, /)", (r, a) -> Bool.of(Equality.equal(a.value(0), a.value(1), r)))
          .alias("==", "eq")
          .alias("equalto", "eq")
          .add("ne(a, b, /)", (r, a) -> Bool.of(!Equality.equal(a.value(0), a.value(1), r)))
          .alias("!=", "ne")
          .add("gt(a, b, /)", order(">"))
          .alias(">", "gt")
          .alias("greaterthan", "gt")
          .add("ge(a, b, /)", order(">="))
          .alias(">=", "ge")
          .add("lt(a, b, /)", order("<"))
          .alias("<", "lt")
          .alias("lessthan", "lt")
          .add("le(a, b, /)", order("<="))
          .alias("<=", "le")
          .build();

  private Tests() {}

  /** The test of a name; null if there is none. */
  public static Builtin get(String name) {
    return TABLE.get(name);
  }

  private static Builtin.Body is(Predicate<Value> test) {
    return (render, call) -> Bool.of(test.test(call.value(0)));
  }

  private static Bool isKnown(Value name, Function<String, Builtin> table, Render render) {
    return Bool.of(HashKey.of(name, render) instanceof String text && table.apply(text) != null);
  }

  private static Builtin.Body order(String operator) {
    return (render, call) -> Bool.of(Ordering.test(operator, call.value(0), call.value(1), render));
  }

  private static Bool cased(Value value, Predicate<String> test, Render render) {
    String text = value.str(render).text();
    render.search(8L * text.length());
    return Bool.of(test.test(text));
  }

  private static boolean isSequence(Value value) {
    return value instanceof Str
        || value instanceof Seq
        || value instanceof Dict
        || value instanceof Range
        || value instanceof Undefined;
  }

  private static boolean isIterable(Value value, Render render) {
    if (value instanceof Iter || value.length() >= 0) {
      return true;
    }
    try {
      value.iterate(render);
      return true;
    } catch (TemplateException e) {
      return false;
    }
  }

  private static Bool remainder(Value value, Value divisor, int wanted, Render render) {
    return Bool.of(
        Equality.equal(Arithmetic.binary("%", value, divisor, render), Int.of(wanted), render));
  }

  /** Whether both are one object; Python keeps one of None, of each bool and of short values. */
  private static boolean isSame(Value a, Value b) {
    if (a instanceof None || a instanceof Bool) {
      return a.getClass() == b.getClass() && a.truth() == b.truth();
    }
    if (a instanceof Int x && b instanceof Int y && !(b instanceof Bool)) {
      return x.isLong() && y.isLong() && x.asLong() == y.asLong();
    }
    return a == b || (a instanceof Str x && b instanceof Str y && x.text().equals(y.text()));
  }
}
