package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code format % values}: {@code '%s is %d' % ('x', 3)} is {@code x is 3}. */
public final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|\\d{0,9})(?:\\.(\\*|\\d{0,9}))?[hlL]?(.)?",
          Pattern.DOTALL);

  private final Str format;
  private final Value values;
  private final Render render;
  private final TextBuilder out;
  private int used;

  private PercentFormat(Str format, Value values, Render render) {
    this.format = format;
    this.values = values;
    this.render = render;
    this.out = new TextBuilder(render);
  }

  public static Str format(Str format, Value values, Render render) {
    return new PercentFormat(format, values, render).run().withMarkup(format.markup());
  }

  private Str run() {
    String text = format.text();
    int written = 0;
    boolean named = false;
    Matcher field = FIELD.matcher(text);
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', written)) {
      render.steps(3);
      field.region(at, text.length());
      if (!field.lookingAt() || field.group(5) == null) {
        throw TemplateException.value("incomplete format");
      }
      out.append(format, written, at);
      named |= field.group(1) != null;
      field(field);
      written = field.end();
    }
    out.append(format, written, text.length());
    if (!named && left()) {
      throw TemplateException.type("not all arguments converted during string formatting");
    }
    return out.toStr();
  }

  private boolean left() {
    if (values instanceof Seq tuple && tuple.isTuple()) {
      return used < tuple.length();
    }
    boolean mapping =
        !(values instanceof Str)
            && (values instanceof Dict || values instanceof Seq || values instanceof Undefined);
    return used == 0 && !mapping;
  }

  private Value next() {
    if (values instanceof Seq tuple && tuple.isTuple()) {
      List<Value> items = tuple.items();
      if (used < items.size()) {
        return items.get(used++);
      }
    } else if (used++ == 0) {
      return values;
    }
    throw TemplateException.type("not enough arguments for format string");
  }

  private Value named(String key) {
    if (!(values instanceof Dict dict)) {
      throw TemplateException.type("format requires a mapping");
    }
    Value value = dict.get(key);
    if (value == null) {
      throw TemplateException.of("KeyError", "'" + key + "'");
    }
    return value;
  }

  private void field(Matcher field) {
    char letter = field.group(5).charAt(0);
    String flags = field.group(2);
    Value keyed = field.group(1) == null ? null : named(field.group(1));
    long width = size(field.group(3), 0);
    long precision = size(field.group(4), -1);
    if (letter == '%') {
      out.append("%", format.origin());
      return;
    }
    Value value = keyed == null ? next() : keyed;
    if (width < 0) {
      flags += "-";
    }
    render.characters(Math.abs(width) + Math.max(0, precision));
    Str text =
        switch (letter) {
          case 's' -> cut(value.str(render), precision);
          case 'r', 'a' -> cut(repr(value), precision);
          case 'c' -> character(value);
          case 'd', 'i', 'u', 'o', 'x', 'X' -> integer(value, letter, flags, width, precision);
          case 'e', 'E', 'f', 'F', 'g', 'G' -> real(value, letter, flags, width, precision);
          default ->
              throw TemplateException.value(
                  "unsupported format character '%s' (0x%x)".formatted(letter, (int) letter));
        };
    if (format.markup()) {
      text =
          Html.escape(letter == 's' && value instanceof Str s && s.markup() ? value : text, render);
    }
    out.append(Padding.pad(text, Math.abs(width), " ", flags.contains("-") ? '<' : '>', render));
  }

  private long size(String given, long absent) {
    if (given == null) {
      return absent;
    }
    if (given.equals("*")) {
      if (next() instanceof Int number) {
        return number.clamped();
      }
      throw TemplateException.type("* wants int");
    }
    return given.isEmpty() ? 0 : Long.parseLong(given);
  }

  private Str repr(Value value) {
    TextBuilder text = new TextBuilder(render);
    value.repr(text);
    return text.toStr();
  }

  private static Str cut(Str text, long precision) {
    return precision < 0 || precision >= text.length()
        ? text
        : text.slice(0, text.offset((int) precision));
  }

  private static Str character(Value value) {
    if (value instanceof Str text && text.length() == 1) {
      return text;
    }
    if (value instanceof Int number
        && number.isLong()
        && number.asLong() >= 0
        && number.asLong() < 0x110000) {
      return Str.of(Character.toString((int) number.asLong()), number.origin());
    }
    throw value instanceof Int
        ? TemplateException.of("OverflowError", "%c arg not in range(0x110000)")
        : TemplateException.type("%c requires int or char");
  }

  private Str integer(Value value, char letter, String flags, long width, long precision) {
    if (value instanceof Undefined undefined && "diu".indexOf(letter) >= 0) {
      throw undefined.failure();
    }
    if (!(value instanceof Int) && !(value instanceof Real && "diu".indexOf(letter) >= 0)) {
      throw TemplateException.type(
          "%%%s format: %s is required, not %s"
              .formatted(
                  letter,
                  "diu".indexOf(letter) >= 0 ? "a real number" : "an integer",
                  value.type()));
    }
    Int number = value instanceof Int whole ? whole : Numbers.truncated((Real) value);
    String digits = IntText.digits(number, letter);
    if (digits.length() < precision) {
      digits = "0".repeat((int) precision - digits.length()) + digits;
    }
    String prefix = flags.contains("#") ? IntText.prefix(letter) : "";
    return signed(number.asBig().signum() < 0, prefix, digits, flags, width, value);
  }

  private Str real(Value value, char letter, String flags, long width, long precision) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(value instanceof Num number)) {
      throw TemplateException.type("must be real number, not " + value.type());
    }
    double real = number.asDouble();
    String digits =
        FloatText.of(
            Math.abs(real),
            Character.toLowerCase(letter),
            precision < 0 ? 6 : (int) Math.min(precision, Integer.MAX_VALUE / 2),
            flags.contains("#"));
    boolean negative = real < 0 || (real == 0 && 1 / real < 0);
    return signed(
        negative,
        "",
        Character.isUpperCase(letter) ? IntText.upper(digits) : digits,
        flags,
        width,
        value);
  }

  private static Str signed(
      boolean negative, String prefix, String digits, String flags, long width, Value value) {
    String sign = negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    long missing = Math.abs(width) - sign.length() - prefix.length() - digits.length();
    String zeros =
        flags.contains("0") && !flags.contains("-") && missing > 0 ? "0".repeat((int) missing) : "";
    return Str.of(sign + prefix + zeros + digits, value.origin());
  }
}
