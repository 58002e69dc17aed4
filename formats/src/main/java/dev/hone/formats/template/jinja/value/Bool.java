package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;

/** {@code True} and {@code False}. */
public final class Bool extends Int {
  public static final Bool TRUE = new Bool(true, null);
  public static final Bool FALSE = new Bool(false, null);

  public Bool(boolean value, Origin origin) {
    super(value ? 1 : 0, null, origin);
  }

  public static Bool of(boolean value) {
    return value ? TRUE : FALSE;
  }

  @Override
  public String type() {
    return "bool";
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(truth() ? "True" : "False", origin());
  }
}
