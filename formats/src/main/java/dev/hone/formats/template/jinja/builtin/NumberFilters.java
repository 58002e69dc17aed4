package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.FormatSpec;
import dev.hone.formats.template.jinja.format.Numbers;
import dev.hone.formats.template.jinja.operator.Arithmetic;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters that give numbers. */
final class NumberFilters {
  private static final List<String> DECIMAL = List.of("k", "M", "G", "T", "P", "E", "Z", "Y");

  static final Map<String, Builtin> TABLE =
      new Table()
          .add("abs(x, /)", NumberFilters::absolute)
          .add("int(value, default=0, base=10)", NumberFilters::integer)
          .add("float(value, default=0, /)", NumberFilters::real)
          .add("round(value, precision=0, method='common')", NumberFilters::round)
          .add("filesizeformat(value, binary=false)", NumberFilters::fileSize)
          .build();

  private NumberFilters() {}

  private static Value absolute(Render render, Call call) {
    if (call.value(0) instanceof Int number) {
      return Int.of(number.asBig().abs(), number.origin());
    }
    if (call.value(0) instanceof Real number) {
      return new Real(Math.abs(number.asDouble()), number.origin());
    }
    throw TemplateException.type("bad operand type for abs(): '" + call.value(0).type() + "'");
  }

  private static boolean isConversion(TemplateException e) {
    return e.kind().equals("TypeError") || e.kind().equals("ValueError");
  }

  private static Value integer(Render render, Call call) {
    if (call.value(0) instanceof Str digits) {
      render.search(16L * digits.text().length());
    }
    try {
      return call.value(0) instanceof Str text
          ? Numbers.parse(text, base(call.integer(2)))
          : Numbers.toInt(call.value(0));
    } catch (TemplateException e) {
      if (!isConversion(e)) {
        throw e;
      }
    }
    try {
      return Numbers.truncated(Numbers.toReal(call.value(0)));
    } catch (TemplateException e) {
      if (isConversion(e) || e.kind().equals("OverflowError")) {
        return call.value(1);
      }
      throw e;
    }
  }

  private static int base(long base) {
    if (base == 0 || (base >= 2 && base <= 36)) {
      return (int) base;
    }
    throw TemplateException.value("int() base must be >= 2 and <= 36, or 0");
  }

  private static Value real(Render render, Call call) {
    if (call.value(0) instanceof Str digits) {
      render.search(16L * digits.text().length());
    }
    try {
      return Numbers.toReal(call.value(0));
    } catch (TemplateException e) {
      if (!isConversion(e)) {
        throw e;
      }
      return call.value(1) instanceof Int zero && zero.getClass() == Int.class && !zero.truth()
          ? new Real(0, null)
          : call.value(1);
    }
  }

  private static Value round(Render render, Call call) {
    String method = call.value(2) instanceof Str text ? text.text() : "";
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw TemplateException.of("FilterArgumentError", "method must be common, ceil or floor");
    }
    Value value = call.value(0);
    if (!method.equals("common")) {
      Value scale = Arithmetic.binary("**", Int.of(10), call.value(1), render);
      Value scaled = Arithmetic.binary("*", value, scale, render);
      Num number = number(scaled);
      Int whole =
          number instanceof Int integer
              ? integer
              : Numbers.truncated(
                  new Real(
                      method.equals("ceil")
                          ? Math.ceil(number.asDouble())
                          : Math.floor(number.asDouble()),
                      number.origin()));
      return Arithmetic.binary("/", whole, scale, render);
    }
    long precision = call.integer(1);
    if (value instanceof Int whole) {
      return precision >= 0 ? Int.of(whole.asBig(), whole.origin()) : rounded(whole, precision);
    }
    Num number = number(value);
    double real = number.asDouble();
    boolean exact = Double.isNaN(real) || Double.isInfinite(real) || real == 0 || precision > 400;
    double rounded =
        exact
            ? real
            : precision < -400
                ? 0 * real
                : new BigDecimal(real)
                    .setScale((int) precision, RoundingMode.HALF_EVEN)
                    .doubleValue();
    return new Real(rounded == 0 ? Math.copySign(0, real) : rounded, number.origin());
  }

  private static Int rounded(Int number, long precision) {
    if (precision < -Int.MAX_DIGITS) {
      return Int.of(0, number.origin());
    }
    BigDecimal rounded =
        new BigDecimal(number.asBig()).setScale((int) precision, RoundingMode.HALF_EVEN);
    return Int.of(rounded.toBigInteger(), number.origin());
  }

  private static Num number(Value value) {
    if (value instanceof Num number) {
      return number;
    }
    throw TemplateException.type("type %s doesn't define __round__ method".formatted(value.type()));
  }

  private static Value fileSize(Render render, Call call) {
    Real bytes = Numbers.toReal(call.value(0));
    double size = bytes.asDouble();
    int base = call.flag(1) ? 1024 : 1000;
    if (size == 1) {
      return Str.of("1 Byte", bytes.origin());
    }
    if (size < base) {
      return Str.of(Numbers.truncated(bytes).digits() + " Bytes", bytes.origin());
    }
    double unit = base;
    int step = 0;
    while (step < DECIMAL.size() - 1 && size >= unit * base) {
      unit *= base;
      step++;
    }
    String prefix = DECIMAL.get(step);
    Str amount = FormatSpec.format(new Real(size / unit, bytes.origin()), ".1f", render);
    String name = call.flag(1) ? " " + prefix.toUpperCase(Locale.ROOT) + "iB" : " " + prefix + "B";
    return amount.plus(Str.of(name, bytes.origin()), render);
  }
}
