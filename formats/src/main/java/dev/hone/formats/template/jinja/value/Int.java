package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import java.math.BigInteger;

/** {@code int}, of any size; {@link Bool} is one. */
public class Int extends Num {
  /** Python converts no larger number to text or back (sys.int_info.default_max_str_digits). */
  public static final int MAX_DIGITS = 4300;

  private final long small;
  private final BigInteger big;

  protected Int(long small, BigInteger big, Origin origin) {
    super(origin);
    this.small = small;
    this.big = big;
  }

  public static Int of(long value, Origin origin) {
    return new Int(value, null, origin);
  }

  public static Int of(long value) {
    return new Int(value, null, null);
  }

  public static Int of(BigInteger value, Origin origin) {
    return value.bitLength() < Long.SIZE
        ? new Int(value.longValue(), null, origin)
        : new Int(0, value, origin);
  }

  /** Whether {@link #asLong} is exact. */
  public boolean isLong() {
    return big == null;
  }

  public long asLong() {
    return small;
  }

  public BigInteger asBig() {
    return big == null ? BigInteger.valueOf(small) : big;
  }

  /** As an index or a count: too large a number becomes the largest long, or the smallest. */
  public long clamped() {
    if (big == null) {
      return small;
    }
    return big.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  @Override
  public double asDouble() {
    return big == null ? small : big.doubleValue();
  }

  @Override
  public String type() {
    return "int";
  }

  @Override
  public boolean truth() {
    return big != null || small != 0;
  }

  /** Decimal digits. */
  public String digits() {
    if (big == null) {
      return Long.toString(small);
    }
    // 0.30103 = log10(2): a number of so few bits certainly has few enough digits.
    String digits = big.bitLength() * 0.30103 < MAX_DIGITS + 2 ? big.toString() : null;
    if (digits == null || big.abs().toString().length() > MAX_DIGITS) {
      throw TemplateException.value(
          "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
    }
    return digits;
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(digits(), origin());
  }
}
