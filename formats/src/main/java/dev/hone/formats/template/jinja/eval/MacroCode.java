package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.eval.Code.Exec;
import java.util.List;

/** The code of a macro; with the frame in which it stands it makes a {@link Macro}. */
final class MacroCode {
  /** Names that a body may use without declaring them. */
  static final List<String> SPECIAL = List.of("caller", "kwargs", "varargs");

  final String name;
  final List<String> parameters;
  final int[] slots;
  final Eval[] defaults;
  final int[] special;
  final boolean usesCaller;
  final Entry entry;
  final Exec body;
  private final Symbols.Function function;

  /**
   * @param slots of the parameters
   * @param defaults null for a parameter without one
   * @param special slots of {@link #SPECIAL}; -1 for those that the body does not use
   */
  MacroCode(
      String name,
      List<String> parameters,
      int[] slots,
      Eval[] defaults,
      int[] special,
      boolean usesCaller,
      Entry entry,
      Exec body,
      Symbols.Function function) {
    this.name = name;
    this.parameters = parameters;
    this.slots = slots;
    this.defaults = defaults;
    this.special = special;
    this.usesCaller = usesCaller;
    this.entry = entry;
    this.body = body;
    this.function = function;
  }

  int frameSize() {
    return function.slots;
  }
}
