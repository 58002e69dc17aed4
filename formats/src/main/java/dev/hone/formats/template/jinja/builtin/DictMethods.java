package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.DictView;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of dicts. */
final class DictMethods {
  static final Set<String> CHANGING = Set.of("clear", "pop", "popitem", "setdefault", "update");

  static final Map<String, Builtin> TABLE =
      new Table()
          .add("keys(self, /)", (r, a) -> view("dict_keys", dict(a).keys(), a))
          .add("values(self, /)", (r, a) -> view("dict_values", dict(a).values(), a))
          .add("items(self, /)", (r, a) -> view("dict_items", dict(a).items(), a))
          .add(
              "get(self, key, default=none, /)",
              (r, a) -> {
                Value found = dict(a).get(a.value(1), r);
                return found == null ? a.value(2) : found;
              })
          .add("copy(self, /)", (r, a) -> a.value(0))
          .add("fromkeys(self, keys, value=none, /)", (r, a) -> fromKeys(a.value(1), a.value(2), r))
          .build();

  private DictMethods() {}

  private static Dict dict(Call call) {
    return (Dict) call.value(0);
  }

  private static DictView view(String type, List<Value> items, Call call) {
    return new DictView(type, items, call.value(0).origin());
  }

  /** {@code dict.fromkeys(keys, value)}. */
  static Dict fromKeys(Value keys, Value value, Render render) {
    Dict dict = new Dict(null);
    keys.iterate(render).drain(render).forEach(key -> dict.put(key, value, render));
    return dict;
  }
}
