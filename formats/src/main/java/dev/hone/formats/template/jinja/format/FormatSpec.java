package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification: {@code [[fill]align][sign][#][0][width][,][.precision][type]}.
 *
 * @param fill what widens the text
 * @param align one of {@code < > = ^}, or 0 for the type's own
 * @param sign one of {@code + - space}
 * @param alternate whether {@code #} was given
 * @param width at least so many code points; -1: any
 * @param grouping {@code ,} or {@code _} or 0
 * @param precision -1 if absent
 * @param letter the type; 0 if absent
 */
public record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    int precision,
    char letter) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,9})?([,_])?(?:\\.(\\d{1,9}))?([a-zA-Z%])?",
          Pattern.DOTALL);

  static FormatSpec parse(String text, Value value) {
    Matcher spec = SPEC.matcher(text);
    if (!spec.matches()) {
      throw TemplateException.value("Invalid format specifier");
    }
    boolean zero = spec.group(5) != null && spec.group(2) == null;
    return new FormatSpec(
        spec.group(1) != null ? spec.group(1) : spec.group(5) != null ? "0" : " ",
        spec.group(2) != null ? spec.group(2).charAt(0) : zero && value instanceof Num ? '=' : 0,
        first(spec.group(3), '-'),
        spec.group(4) != null,
        spec.group(6) == null ? -1 : Integer.parseInt(spec.group(6)),
        first(spec.group(7), (char) 0),
        spec.group(8) == null ? -1 : Integer.parseInt(spec.group(8)),
        first(spec.group(9), (char) 0));
  }

  private static char first(String group, char absent) {
    return group == null ? absent : group.charAt(0);
  }

  /** {@code format(value, spec)}. */
  public static Str format(Value value, String spec, Render render) {
    if (spec.isEmpty()) {
      return value.str(render);
    }
    if (value instanceof Str text) {
      return parse(spec, value).string(text, render);
    }
    if (value instanceof Num number) {
      return parse(spec, value).number(number, render);
    }
    throw TemplateException.type(
        "unsupported format string passed to " + value.type() + ".__format__");
  }

  private Str string(Str text, Render render) {
    if (letter != 0 && letter != 's') {
      throw unknown("str");
    }
    if (align == '=' || sign != '-' || alternate || grouping != 0) {
      throw TemplateException.value("format specifier not allowed with a string");
    }
    int keep = precision < 0 ? text.length() : Math.min(precision, text.length());
    return Padding.pad(
        text.slice(0, text.offset(keep)), width, fill, align == 0 ? '<' : align, render);
  }

  private Str number(Num number, Render render) {
    render.characters(Math.max(0, precision));
    boolean integer = number instanceof Int && "bcdoxXn\0".indexOf(letter) >= 0;
    if (number instanceof Bool && letter == 0) {
      return Padding.pad(
          Int.of(((Int) number).asLong(), number.origin()).str(render),
          width,
          fill,
          align == 0 ? '>' : align,
          render);
    }
    if (!integer && "eEfFgGn%\0".indexOf(letter) < 0) {
      throw unknown(number.type());
    }
    if (integer && precision >= 0) {
      throw TemplateException.value("Precision not allowed in integer format specifier");
    }
    if (letter == 'c') {
      return Padding.pad(character((Int) number), width, fill, align == 0 ? '<' : align, render);
    }
    String digits = integer ? IntText.digits((Int) number, letter) : real(number.asDouble());
    boolean negative =
        integer ? ((Int) number).asBig().signum() < 0 : isNegative(number.asDouble());
    String prefix = integer && alternate ? IntText.prefix(letter) : "";
    String lead = (negative ? "-" : sign == '-' ? "" : String.valueOf(sign)) + prefix;
    if (grouping != 0) {
      digits = IntText.grouped(digits, grouping, "boxX".indexOf(letter) >= 0 ? 4 : 3);
    }
    return padded(lead, digits, number, render);
  }

  private Str padded(String lead, String digits, Num number, Render render) {
    if (align == '=') {
      int missing = Math.max(0, width - lead.length() - digits.length());
      render.characters(missing);
      return new TextBuilder(render)
          .append(lead + fill.repeat(missing) + digits, number.origin())
          .toStr();
    }
    return Padding.pad(
        Str.of(lead + digits, number.origin()), width, fill, align == 0 ? '>' : align, render);
  }

  private static boolean isNegative(double value) {
    return value < 0 || (value == 0 && 1 / value < 0);
  }

  private String real(double value) {
    double magnitude = Math.abs(value);
    char lower = Character.toLowerCase(letter);
    String text;
    if (letter == 0 && precision >= 0) {
      text = FloatText.general(magnitude, precision, false);
      if (text.matches("\\d+")) {
        text += text.length() >= precision + 1 ? "" : ".0";
      }
    } else {
      text =
          FloatText.of(
              magnitude, lower == 'n' ? 'g' : lower, precision < 0 ? 6 : precision, alternate);
    }
    return Character.isUpperCase(letter) ? IntText.upper(text) : text;
  }

  private static Str character(Int number) {
    if (!number.isLong() || !Character.isValidCodePoint((int) number.asLong())) {
      throw TemplateException.of("OverflowError", "%c arg not in range(0x110000)");
    }
    return Str.of(Character.toString((int) number.asLong()), number.origin());
  }

  private TemplateException unknown(String type) {
    return TemplateException.value(
        "Unknown format code '%s' for object of type '%s'".formatted(letter, type));
  }
}
