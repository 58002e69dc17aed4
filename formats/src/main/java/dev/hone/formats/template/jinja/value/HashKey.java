package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.TemplateException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Java objects that are equal where Python values are: 1, 1.0 and True are one key. Strings stay
 * strings, so that {@link Dict#get(String)} needs none of this.
 */
public final class HashKey {
  private enum Special {
    NONE,
    UNDEFINED
  }

  private record Tuple(List<Object> items) {}

  private HashKey() {}

  /** The key of a value; fails on lists, dicts and other values that can change. */
  public static Object of(Value value, Render render) {
    if (value instanceof Str string) {
      return string.text();
    }
    if (value instanceof Int number) {
      return number.isLong() ? (Object) number.asLong() : number.asBig();
    }
    if (value instanceof Real number) {
      return ofReal(number.asDouble());
    }
    if (value instanceof None) {
      return Special.NONE;
    }
    if (value instanceof Undefined) {
      return Special.UNDEFINED;
    }
    if (value instanceof Seq tuple && tuple.isTuple()) {
      render.enter(1);
      List<Object> keys = new ArrayList<>();
      for (Value item : tuple.items()) {
        render.steps(3);
        keys.add(of(item, render));
      }
      render.leave(1);
      return new Tuple(keys);
    }
    if (value instanceof Seq || value instanceof Dict) {
      throw TemplateException.type("unhashable type: '" + value.type() + "'");
    }
    return value;
  }

  private static Object ofReal(double value) {
    if (value != Math.rint(value) || Double.isInfinite(value)) {
      return value;
    }
    BigInteger whole = new BigDecimal(value).toBigInteger();
    return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
  }
}
