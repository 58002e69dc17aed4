package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.Json;
import dev.hone.formats.template.jinja.operator.Ordering;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code tojson}, with the signature that Transformers gives it; it escapes no HTML. */
final class JsonFilter {
  static final Map<String, Builtin> TABLE =
      new Table()
          .add(
              "tojson(x, ensure_ascii=false, indent=none, separators=none, sort_keys=false)",
              JsonFilter::json)
          .build();

  private JsonFilter() {}

  private static Value json(Render render, Call call) {
    String indent = null;
    if (call.value(2) instanceof Str text) {
      indent = text.text();
    } else if (!call.isNone(2)) {
      render.characters(Math.max(0, call.integer(2)));
      indent = " ".repeat((int) Math.max(0, call.integer(2)));
    }
    List<Value> separators =
        call.isNone(3) ? List.of() : call.value(3).iterate(render).drain(render);
    if (!call.isNone(3) && separators.size() != 2) {
      throw TemplateException.value(
          "not enough values to unpack (expected 2, got %d)".formatted(separators.size()));
    }
    Json json =
        new Json(
            indent,
            separators.isEmpty() ? indent == null ? ", " : "," : text(separators.get(0)),
            separators.isEmpty() ? ": " : text(separators.get(1)),
            call.flag(1));
    Value value = call.value(0);
    return json.write(call.flag(4) ? sorted(value, render) : value, render);
  }

  private static String text(Value separator) {
    if (separator instanceof Str text) {
      return text.text();
    }
    throw TemplateException.type("separators must be strings, not " + separator.type());
  }

  /** The value with the keys of every dict in order. */
  private static Value sorted(Value value, Render render) {
    render.enter(1);
    render.step();
    render.objects(1);
    Value result = value;
    if (value instanceof Seq seq) {
      List<Value> items = new ArrayList<>();
      seq.items().forEach(item -> items.add(sorted(item, render)));
      result = seq.with(items);
    } else if (value instanceof Dict dict) {
      List<Value> keys = dict.keys();
      Dict ordered = new Dict(dict.origin());
      Ordering.sorted(keys, keys, false, render)
          .forEach(key -> ordered.put(key, sorted(dict.get(key, render), render), render));
      result = ordered;
    }
    render.leave(1);
    return result;
  }
}
