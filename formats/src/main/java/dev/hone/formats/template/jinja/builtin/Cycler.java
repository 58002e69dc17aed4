package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;

/** {@code cycler('odd', 'even')}: {@code next()} gives one after the other, again and again. */
final class Cycler extends Value {
  private final List<Value> items;
  private int position;

  Cycler(List<Value> items) {
    if (items.isEmpty()) {
      throw TemplateException.of("RuntimeError", "at least one item has to be provided");
    }
    this.items = items;
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "current" -> items.get(position);
      case "next" -> new Builtin("next()", (render, call) -> next());
      case "reset" -> new Builtin("reset()", (render, call) -> reset());
      default -> null;
    };
  }

  private Value next() {
    Value item = items.get(position);
    position = (position + 1) % items.size();
    return item;
  }

  private Value reset() {
    position = 0;
    return None.NONE;
  }

  @Override
  public String type() {
    return "Cycler";
  }
}
