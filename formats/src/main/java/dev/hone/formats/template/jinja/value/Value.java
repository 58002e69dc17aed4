package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;

/** A value of a template: what Python calls an object. Immutable but for iterators and loops. */
public abstract class Value {

  /** Name of the Python type, as it stands in error messages. */
  public abstract String type();

  /** Whether an {@code if} takes it for true. */
  public boolean truth() {
    return true;
  }

  /** Where it came from; null if the template made it. */
  public Origin origin() {
    return null;
  }

  /** Writes {@code repr(value)}. */
  public void repr(TextBuilder out) {
    out.append("<" + type() + " object>", origin());
  }

  /** {@code str(value)}. */
  public Str str(Render render) {
    TextBuilder out = new TextBuilder(render);
    repr(out);
    return out.toStr();
  }

  /** {@code iter(value)}. */
  public Iter iterate(Render render) {
    throw TemplateException.type("'" + type() + "' object is not iterable");
  }

  /** {@code len(value)}; -1 if it has none. */
  public int length() {
    return -1;
  }

  /** An attribute that is not a method of its type; null if there is none. */
  public Value attribute(String name) {
    return null;
  }

  /** {@code repr(value)} as a Java string. */
  public final String reprText(Render render) {
    TextBuilder out = new TextBuilder(render);
    repr(out);
    return out.toString();
  }

  /** The first origin that is known. */
  public static Origin firstOrigin(Value first, Value second) {
    return first.origin() != null ? first.origin() : second.origin();
  }
}
