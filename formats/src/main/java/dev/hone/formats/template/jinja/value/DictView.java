package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.List;

/** {@code dict.keys()}, {@code dict.values()} or {@code dict.items()}. */
public final class DictView extends Value {
  private final String type;
  private final List<Value> items;
  private final Origin origin;

  /**
   * @param type {@code dict_keys}, {@code dict_values} or {@code dict_items}
   */
  public DictView(String type, List<Value> items, Origin origin) {
    this.type = type;
    this.items = items;
    this.origin = origin;
  }

  public List<Value> items() {
    return items;
  }

  @Override
  public String type() {
    return type;
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
    return Iter.of(type.replaceAll("s$", "iterator"), items.iterator(), render);
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(type + "([", origin);
    Seq.writeItems(items, origin, out);
    out.append("])", origin);
  }
}
