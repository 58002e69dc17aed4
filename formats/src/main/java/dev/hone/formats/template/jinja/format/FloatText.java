package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.value.Real;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Digits of a float that is not negative, rounded half to even from its exact value. */
final class FloatText {
  private FloatText() {}

  /** A sign-less float by a format letter of {@code e f g %}, or 0 for the shortest digits. */
  static String of(double value, char letter, int precision, boolean alternate) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return (Double.isNaN(value) ? "nan" : "inf") + (letter == '%' ? "%" : "");
    }
    return switch (letter) {
      case 'f' -> fixed(value, precision, alternate);
      case '%' -> fixed(value * 100, precision, alternate) + "%";
      case 'e' -> exponent(value, precision, alternate);
      case 'g' -> general(value, precision, alternate);
      default -> Real.repr(value);
    };
  }

  private static String fixed(double value, int precision, boolean alternate) {
    String text = new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    return alternate && precision == 0 ? text + "." : text;
  }

  private static String exponent(double value, int precision, boolean alternate) {
    BigDecimal rounded = rounded(value, precision + 1);
    String digits = rounded.unscaledValue().toString();
    int exponent = value == 0 ? 0 : digits.length() - 1 - rounded.scale();
    StringBuilder text = new StringBuilder().append(digits.charAt(0));
    if (precision > 0 || alternate) {
      text.append('.').append(digits, 1, digits.length());
      text.append("0".repeat(precision + 1 - digits.length()));
    }
    return text.append('e').append(sign(exponent)).toString();
  }

  private static String sign(int exponent) {
    return (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }

  private static BigDecimal rounded(double value, int digits) {
    return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  /** C's %g: as many digits as asked for, without zeros at the end unless alternate. */
  static String general(double value, int precision, boolean alternate) {
    int digits = Math.max(1, precision);
    BigDecimal rounded = rounded(value, digits);
    int exponent = value == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
    boolean scientific = exponent < -4 || exponent >= digits;
    String text =
        scientific
            ? exponent(value, digits - 1, alternate)
            : fixed(value, digits - 1 - exponent, alternate);
    return alternate ? text : withoutZeros(text);
  }

  private static String withoutZeros(String text) {
    int end = text.indexOf('e') < 0 ? text.length() : text.indexOf('e');
    String mantissa = text.substring(0, end);
    return (mantissa.indexOf('.') < 0 ? mantissa : mantissa.replaceAll("\\.?0+$", ""))
        + text.substring(end);
  }
}
