package dev.hone.formats.template.jinja.value;

/** A value that can be called: a function, a bound method, a macro. */
public abstract class Callable extends Value {
  public abstract Value call(Render render, Args args);
}
