package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code int(value)} and {@code float(value)}. */
public final class Numbers {
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?(?:(?:\\d+(?:_\\d+)*)?\\.?(?:\\d+(?:_\\d+)*)?(?:e[-+]?\\d+(?:_\\d+)*)?|inf(?:inity)?|nan)");
  private static final Pattern HAS_DIGIT = Pattern.compile("[-+]?\\.?\\d.*|[-+]?[in].*");
  private static final int LONGEST = 4000;

  private Numbers() {}

  /** A float without its fraction. */
  public static Int truncated(Real number) {
    double value = number.asDouble();
    if (Double.isNaN(value)) {
      throw TemplateException.value("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(value)) {
      throw TemplateException.of("OverflowError", "cannot convert float infinity to integer");
    }
    return Math.abs(value) < 1e18
        ? Int.of((long) value, number.origin())
        : Int.of(new BigDecimal(value).toBigInteger(), number.origin());
  }

  /** {@code int(value)}. */
  public static Int toInt(Value value) {
    if (value instanceof Str text) {
      return parse(text, 10);
    }
    if (value instanceof Int number) {
      return Int.of(number.asBig(), number.origin());
    }
    if (value instanceof Real number) {
      return truncated(number);
    }
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw TemplateException.type(
        "int() argument must be a string, a bytes-like object or a real number, not '"
            + (value instanceof None ? "NoneType" : value.type())
            + "'");
  }

  /** {@code int(text, base)}, base 0 or 2 to 36. */
  public static Int parse(Str text, int base) {
    String digits = text.text().strip().toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = base == 0 ? 10 : base;
    for (int known : new int[] {2, 8, 16}) {
      String prefix = known == 2 ? "0b" : known == 8 ? "0o" : "0x";
      if (digits.startsWith(prefix) && (base == known || base == 0)) {
        radix = known;
        digits = digits.substring(2);
        digits = digits.startsWith("_") ? digits.substring(1) : digits;
      }
    }
    boolean underscored = digits.startsWith("_") || digits.endsWith("_") || digits.contains("__");
    String plain = digits.replace("_", "");
    if (plain.length() > Int.MAX_DIGITS && Integer.bitCount(radix) > 1) {
      throw TemplateException.value(
          "Exceeds the limit (4300 digits) for integer string conversion");
    }
    if (plain.isEmpty() || underscored || !all(plain, radix)) {
      throw TemplateException.value(
          "invalid literal for int() with base %d: '%s'".formatted(base, text.text()));
    }
    BigInteger number = new BigInteger(plain, radix);
    return Int.of(negative ? number.negate() : number, text.origin());
  }

  private static boolean all(String digits, int radix) {
    return digits.chars().allMatch(c -> Character.digit(c, radix) >= 0);
  }

  /** {@code float(value)}. */
  public static Real toReal(Value value) {
    if (value instanceof Str text) {
      return new Real(parseReal(text.text()), text.origin());
    }
    if (value instanceof Num number) {
      double real = number.asDouble();
      if (number instanceof Int && Double.isInfinite(real)) {
        throw TemplateException.of("OverflowError", "int too large to convert to float");
      }
      return new Real(real, number.origin());
    }
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw TemplateException.type(
        "float() argument must be a string or a real number, not '" + value.type() + "'");
  }

  private static double parseReal(String text) {
    String number = text.strip().toLowerCase(Locale.ROOT);
    boolean valid =
        number.length() <= LONGEST
            && FLOAT.matcher(number).matches()
            && HAS_DIGIT.matcher(number).matches();
    if (!valid) {
      throw TemplateException.value("could not convert string to float: '" + text + "'");
    }
    if (number.endsWith("nan")) {
      return Double.NaN;
    }
    if (number.contains("inf")) {
      return number.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.parseDouble(number.replace("_", ""));
  }
}
