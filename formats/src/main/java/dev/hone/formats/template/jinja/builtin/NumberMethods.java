package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Value;
import java.util.Map;

/** Methods and attributes of numbers. */
final class NumberMethods {
  static final Map<String, Builtin> OF_INTS =
      new Table()
          .add("bit_length(self, /)", (r, a) -> Int.of(whole(a).asBig().abs().bitLength()))
          .add("bit_count(self, /)", (r, a) -> Int.of(whole(a).asBig().abs().bitCount()))
          .add("conjugate(self, /)", (r, a) -> a.value(0))
          .build();

  static final Map<String, Builtin> OF_FLOATS =
      new Table()
          .add(
              "is_integer(self, /)",
              (r, a) -> {
                double value = ((Real) a.value(0)).asDouble();
                return Bool.of(value == Math.rint(value) && !Double.isInfinite(value));
              })
          .add("conjugate(self, /)", (r, a) -> a.value(0))
          .build();

  private NumberMethods() {}

  private static Int whole(Call call) {
    return (Int) call.value(0);
  }

  /** An attribute that is no method; null if there is none. */
  static Value property(Value owner, String name) {
    if (!(owner instanceof Num)) {
      return null;
    }
    return switch (name) {
      case "real" -> owner;
      case "imag" -> owner instanceof Int ? Int.of(0) : new Real(0, null);
      case "numerator" -> owner instanceof Int ? owner : null;
      case "denominator" -> owner instanceof Int ? Int.of(1) : null;
      default -> null;
    };
  }
}
