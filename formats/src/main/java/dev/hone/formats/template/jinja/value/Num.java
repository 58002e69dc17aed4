package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;

/** A number: int, bool (which is an int in Python) or float. */
public abstract class Num extends Value {
  private final Origin origin;

  protected Num(Origin origin) {
    this.origin = origin;
  }

  @Override
  public final Origin origin() {
    return origin;
  }

  /** As a float; infinite if it is too large an int. */
  public abstract double asDouble();
}
