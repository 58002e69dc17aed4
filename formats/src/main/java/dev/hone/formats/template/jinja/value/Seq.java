package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.List;

/** {@code list} or {@code tuple}. The sandbox lets no template change one. */
public class Seq extends Value {
  public static final Seq EMPTY_TUPLE = tuple(List.of());

  private final List<Value> items;
  private final boolean tuple;
  private final Origin origin;

  protected Seq(List<Value> items, boolean tuple, Origin origin) {
    this.items = items;
    this.tuple = tuple;
    this.origin = origin;
  }

  /** A list; the items are not copied and must not change. */
  public static Seq list(List<Value> items, Origin origin) {
    return new Seq(items, false, origin);
  }

  public static Seq list(List<Value> items) {
    return new Seq(items, false, null);
  }

  public static Seq tuple(List<Value> items) {
    return new Seq(items, true, null);
  }

  /** Other items in a sequence of the same type and origin. */
  public Seq with(List<Value> others) {
    return new Seq(others, tuple, origin);
  }

  public List<Value> items() {
    return items;
  }

  public boolean isTuple() {
    return tuple;
  }

  @Override
  public String type() {
    return tuple ? "tuple" : "list";
  }

  @Override
  public boolean truth() {
    return !items.isEmpty();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public int length() {
    return items.size();
  }

  @Override
  public Iter iterate(Render render) {
    return Iter.of(type() + "_iterator", items.iterator(), render);
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(tuple ? "(" : "[", origin);
    writeItems(items, origin, out);
    out.append(tuple ? items.size() == 1 ? ",)" : ")" : "]", origin);
  }

  /** The items separated by commas. */
  static void writeItems(Iterable<? extends Value> items, Origin origin, TextBuilder out) {
    out.render().enter(1);
    String separator = "";
    for (Value item : items) {
      out.render().step();
      out.append(separator, origin);
      item.repr(out);
      separator = ", ";
    }
    out.render().leave(1);
  }
}
