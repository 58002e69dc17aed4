package dev.hone.formats.template.jinja.operator;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Arithmetic of ints, which have any size, and floats. Division and remainder round down. */
final class NumberArithmetic {
  private static final int MOST_BITS = 1 << 18;

  private NumberArithmetic() {}

  static Value binary(String operator, Num a, Num b, Render render) {
    Origin origin = Value.firstOrigin(a, b);
    if (a instanceof Int left && b instanceof Int right) {
      if (left.isLong() && right.isLong()) {
        Value fast = small(operator, left.asLong(), right.asLong(), origin);
        if (fast != null) {
          return fast;
        }
      }
      return big(operator, left.asBig(), right.asBig(), origin, render);
    }
    return new Real(real(operator, real(a), real(b)), origin);
  }

  private static double real(Num number) {
    double value = number.asDouble();
    if (number instanceof Int && Double.isInfinite(value)) {
      throw TemplateException.of("OverflowError", "int too large to convert to float");
    }
    return value;
  }

  /** Results that fit a long; null if this one may not. */
  private static Value small(String operator, long a, long b, Origin origin) {
    boolean narrow = (int) a == a && (int) b == b;
    return switch (operator) {
      case "+" -> narrow ? Int.of(a + b, origin) : null;
      case "-" -> narrow ? Int.of(a - b, origin) : null;
      case "*" -> narrow ? Int.of(a * b, origin) : null;
      case "/" -> narrow && b != 0 ? new Real((double) a / b, origin) : null;
      case "//" -> narrow && b != 0 ? Int.of(Math.floorDiv(a, b), origin) : null;
      case "%" -> narrow && b != 0 ? Int.of(Math.floorMod(a, b), origin) : null;
      default -> null;
    };
  }

  private static Value big(
      String operator, BigInteger a, BigInteger b, Origin origin, Render render) {
    long words = 1 + (long) Math.max(a.bitLength(), b.bitLength()) / 64;
    render.steps(words * words / 16);
    return switch (operator) {
      case "+" -> Int.of(a.add(b), origin);
      case "-" -> Int.of(a.subtract(b), origin);
      case "*" -> Int.of(bounded(a.bitLength() + (long) b.bitLength(), a).multiply(b), origin);
      case "/" -> new Real(quotient(a, b), origin);
      case "//" -> Int.of(floor(a, b)[0], origin);
      case "%" -> Int.of(floor(a, b)[1], origin);
      default -> power(a, b, origin, render);
    };
  }

  private static BigInteger bounded(long bits, BigInteger value) {
    if (bits > MOST_BITS) {
      throw TemplateException.limit(
          "the template computes a number of more than %d bits".formatted(MOST_BITS));
    }
    return value;
  }

  private static double quotient(BigInteger a, BigInteger b) {
    if (b.signum() == 0) {
      throw zero("division by zero");
    }
    double value = new BigDecimal(a).divide(new BigDecimal(b), new MathContext(40)).doubleValue();
    if (Double.isInfinite(value)) {
      throw TemplateException.of("OverflowError", "integer division result too large for a float");
    }
    return value;
  }

  private static BigInteger[] floor(BigInteger a, BigInteger b) {
    if (b.signum() == 0) {
      throw zero("integer division or modulo by zero");
    }
    BigInteger[] parts = a.divideAndRemainder(b);
    if (parts[1].signum() != 0 && parts[1].signum() != b.signum()) {
      parts[0] = parts[0].subtract(BigInteger.ONE);
      parts[1] = parts[1].add(b);
    }
    return parts;
  }

  private static Value power(BigInteger a, BigInteger b, Origin origin, Render render) {
    if (b.signum() < 0) {
      return new Real(power(a.doubleValue(), b.doubleValue()), origin);
    }
    if (a.bitLength() <= 1 && a.abs().bitLength() <= 1) {
      boolean one = b.signum() == 0 || a.signum() > 0 || (a.signum() < 0 && !b.testBit(0));
      return Int.of(one ? 1 : a.signum(), origin);
    }
    bounded(b.bitLength() > 31 ? Long.MAX_VALUE : a.bitLength() * b.longValue(), a);
    long words = a.bitLength() * b.longValue() / 64;
    render.steps(words * words / 16);
    return Int.of(a.pow(b.intValue()), origin);
  }

  private static double real(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / nonZero(b, "float division by zero");
      case "//" -> floorDivide(a, nonZero(b, "float floor division by zero"));
      case "%" -> modulo(a, nonZero(b, "float modulo"));
      default -> power(a, b);
    };
  }

  private static double nonZero(double divisor, String message) {
    if (divisor == 0) {
      throw zero(message);
    }
    return divisor;
  }

  private static TemplateException zero(String message) {
    return TemplateException.of("ZeroDivisionError", message);
  }

  private static double modulo(double a, double b) {
    double remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0.0, b);
    }
    return (remainder < 0) == (b < 0) ? remainder : remainder + b;
  }

  private static double floorDivide(double a, double b) {
    double quotient = (a - modulo(a, b)) / b;
    if (quotient == 0) {
      return Math.copySign(0.0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double a, double b) {
    if (a == 0 && b < 0) {
      throw zero("0.0 cannot be raised to a negative power");
    }
    // Unlike Java, Python has 1 ** nan == 1 and (-1) ** inf == 1.
    double value = a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
    if (Double.isInfinite(value) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
      throw TemplateException.of("OverflowError", "(34, 'Numerical result out of range')");
    }
    if (Double.isNaN(value) && !Double.isNaN(a) && !Double.isNaN(b)) {
      throw TemplateException.value("complex numbers are not supported in templates");
    }
    return value;
  }

  static Value sign(String operator, Num number) {
    if (number instanceof Int whole) {
      return Int.of(operator.equals("-") ? whole.asBig().negate() : whole.asBig(), number.origin());
    }
    double value = number.asDouble();
    return new Real(operator.equals("-") ? -value : value, number.origin());
  }
}
