package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;

/** {@code joiner(', ')}: gives nothing the first time and the separator ever after. */
final class Joiner extends Callable {
  private final Value separator;
  private boolean used;

  Joiner(Value separator) {
    this.separator = separator;
  }

  @Override
  public Value call(Render render, Args args) {
    Value given = used ? separator : Str.EMPTY;
    used = true;
    return given;
  }

  @Override
  public String type() {
    return "Joiner";
  }
}
