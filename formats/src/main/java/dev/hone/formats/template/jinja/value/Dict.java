package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** {@code dict}. Built by {@link #put}, and not changed once a template can see it. */
public final class Dict extends Value {
  private record Entry(Value key, Value value) {}

  private final Map<Object, Entry> entries;
  private final Origin origin;

  public Dict(Origin origin) {
    this.entries = new LinkedHashMap<>();
    this.origin = origin;
  }

  /** Adds or replaces; the first key of equal ones stays, as in Python. */
  public void put(Value key, Value value, Render render) {
    render.objects(1);
    Object hashed = HashKey.of(key, render);
    Entry before = entries.get(hashed);
    entries.put(hashed, new Entry(before == null ? key : before.key(), value));
  }

  /** The value of a key; null if there is none. */
  public Value get(Value key, Render render) {
    return value(entries.get(HashKey.of(key, render)));
  }

  /** The value of a string key; null if there is none. */
  public Value get(String key) {
    return value(entries.get(key));
  }

  private static Value value(Entry entry) {
    return entry == null ? null : entry.value();
  }

  public List<Value> keys() {
    List<Value> keys = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  public List<Value> values() {
    List<Value> values = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> values.add(entry.value()));
    return values;
  }

  /** Tuples of key and value. */
  public List<Value> items() {
    List<Value> items = new ArrayList<>(entries.size());
    entries
        .values()
        .forEach(entry -> items.add(new Pair(List.of(entry.key(), entry.value()), origin)));
    return items;
  }

  /** A key and its value, which belong to the dict. */
  private static final class Pair extends Seq {
    Pair(List<Value> items, Origin origin) {
      super(items, true, origin);
    }
  }

  /** Whether both have the same keys, and values that match. */
  public boolean matches(Dict other, BiPredicate<Value, Value> match) {
    if (entries.size() != other.entries.size()) {
      return false;
    }
    for (Map.Entry<Object, Entry> entry : entries.entrySet()) {
      Entry counterpart = other.entries.get(entry.getKey());
      if (counterpart == null || !match.test(entry.getValue().value(), counterpart.value())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String type() {
    return "dict";
  }

  @Override
  public boolean truth() {
    return !entries.isEmpty();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public int length() {
    return entries.size();
  }

  @Override
  public Iter iterate(Render render) {
    return Iter.of("dict_keyiterator", keys().iterator(), render);
  }

  @Override
  public void repr(TextBuilder out) {
    out.render().enter(1);
    out.append("{", origin);
    String separator = "";
    for (Entry entry : entries.values()) {
      out.render().step();
      out.append(separator, origin);
      entry.key().repr(out);
      out.append(": ", origin);
      entry.value().repr(out);
      separator = ", ";
    }
    out.append("}", origin);
    out.render().leave(1);
  }
}
