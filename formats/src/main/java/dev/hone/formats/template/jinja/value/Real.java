package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.math.BigDecimal;
import java.math.MathContext;

/** {@code float}. */
public final class Real extends Num {
  private final double value;

  public Real(double value, Origin origin) {
    super(origin);
    this.value = value;
  }

  @Override
  public double asDouble() {
    return value;
  }

  @Override
  public String type() {
    return "float";
  }

  @Override
  public boolean truth() {
    return value != 0;
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(repr(value), origin());
  }

  /** The shortest digits that read back as the same number: 0.1, 3.0, 1e-07, 1e+22, nan, -inf. */
  public static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String sign = value < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return "%s%s%se%s%02d"
          .formatted(
              sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = shortest.toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    // Double.toString of JDK 17 gives digits that read back, but sometimes one too many.
    BigDecimal found = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    for (int precision = found.precision() - 1; precision > 0; precision--) {
      BigDecimal rounded = exact.round(new MathContext(precision)).stripTrailingZeros();
      if (rounded.doubleValue() != value) {
        break;
      }
      found = rounded;
    }
    return found;
  }
}
