package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code attribute} of a filter: {@code address.city} or {@code items.0} looks deeper at each
 * dot; none stands for the item itself.
 */
final class Lookup {
  private final List<Value> keys = new ArrayList<>();
  private final Value absent;

  private Lookup(Value path, Value absent) {
    this.absent = absent;
    if (path instanceof Str text) {
      for (String part : text.text().split("\\.", -1)) {
        boolean number =
            !part.isEmpty() && part.length() < 10 && part.chars().allMatch(Character::isDigit);
        keys.add(number ? Int.of(Long.parseLong(part)) : Str.of(part, null));
      }
    } else if (!(path instanceof None)) {
      keys.add(path);
    }
  }

  static Lookup of(Value path) {
    return new Lookup(path, None.NONE);
  }

  /** Looks up, and takes another value where something is undefined, unless that is none. */
  static Lookup of(Value path, Value absent) {
    return new Lookup(path, absent);
  }

  /** Several, separated by commas. */
  static List<Lookup> list(Value paths) {
    List<Lookup> lookups = new ArrayList<>();
    if (paths instanceof Str text) {
      for (String path : text.text().split(",", -1)) {
        lookups.add(of(Str.of(path, null)));
      }
    } else {
      lookups.add(of(paths));
    }
    return lookups;
  }

  Value get(Value item, Render render) {
    Value value = item;
    for (Value key : keys) {
      value = Attributes.item(value, key, render);
      if (value instanceof Undefined && !(absent instanceof None)) {
        value = absent;
      }
    }
    return value;
  }

  /** In lower case if it is text and case does not count. */
  static Value folded(Value key, boolean caseSensitive, Render render) {
    return key instanceof Str text && !caseSensitive ? text.map(Cases::lower, render) : key;
  }
}
