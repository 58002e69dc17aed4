package dev.hone.formats.template.jinja.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** An iterator or generator: gives each value once, and computes it only when asked. */
public abstract class Iter extends Value {
  private final String type;

  protected Iter(String type) {
    this.type = type;
  }

  /** The next value; null at the end, and ever after. */
  public abstract Value next();

  /** An iterator over Java values. */
  public static Iter of(String type, Iterator<? extends Value> values, Render render) {
    return new Iter(type) {
      @Override
      public Value next() {
        render.step();
        return values.hasNext() ? values.next() : null;
      }
    };
  }

  /** All that is left. */
  public List<Value> drain(Render render) {
    List<Value> values = new ArrayList<>();
    for (Value value = next(); value != null; value = next()) {
      render.elements(1);
      values.add(value);
    }
    return values;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Iter iterate(Render render) {
    return this;
  }
}
