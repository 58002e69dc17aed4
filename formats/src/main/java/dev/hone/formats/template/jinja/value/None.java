package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;

/** {@code None}. */
public final class None extends Value {
  public static final None NONE = new None(null);

  private final Origin origin;

  public None(Origin origin) {
    this.origin = origin;
  }

  @Override
  public String type() {
    return "NoneType";
  }

  @Override
  public boolean truth() {
    return false;
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public void repr(TextBuilder out) {
    out.append("None", origin);
  }
}
