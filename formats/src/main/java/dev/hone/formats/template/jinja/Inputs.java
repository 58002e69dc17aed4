package dev.hone.formats.template.jinja;

import dev.hone.formats.template.jinja.builtin.Globals;
import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns what a template is rendered with into values that know their origin. */
final class Inputs {
  private Inputs() {}

  static Map<String, Value> context(RenderInput input, Render render) {
    Map<String, Value> context = Globals.of(input.now());
    List<Value> messages = new ArrayList<>(input.messages().size());
    for (Map<String, Object> message : input.messages()) {
      messages.add(value(message, Origin.message(messages.size()), render));
    }
    context.put("messages", Seq.list(messages, Origin.variable("messages")));
    input
        .variables()
        .forEach((name, value) -> context.put(name, value(value, Origin.variable(name), render)));
    return context;
  }

  private static Value value(Object value, Origin origin, Render render) {
    if (value instanceof String text) {
      return Str.of(text, origin);
    }
    if (value instanceof Pieces pieces) {
      return text(pieces, origin, render);
    }
    if (value == null) {
      return new None(origin);
    }
    if (value instanceof Boolean flag) {
      return new Bool(flag, origin);
    }
    if (value instanceof Number number) {
      return number(number, origin);
    }
    render.enter(1);
    Value container = container(value, origin, render);
    render.leave(1);
    return container;
  }

  private static Value text(Pieces pieces, Origin origin, Render render) {
    TextBuilder text = new TextBuilder(render);
    for (int i = 0; i < pieces.texts().size(); i++) {
      text.append(pieces.texts().get(i), origin.child(i));
    }
    return text.toStr();
  }

  private static Value number(Number number, Origin origin) {
    if (number instanceof BigInteger big) {
      return Int.of(big, origin);
    }
    boolean real =
        number instanceof Double || number instanceof Float || number instanceof BigDecimal;
    return real ? new Real(number.doubleValue(), origin) : Int.of(number.longValue(), origin);
  }

  private static Value container(Object value, Origin origin, Render render) {
    if (value instanceof Map<?, ?> map) {
      Dict dict = new Dict(origin);
      map.forEach(
          (key, item) -> {
            String name = String.valueOf(key);
            dict.put(Str.of(name, origin), value(item, origin.child(name), render), render);
          });
      return dict;
    }
    if (value instanceof List<?> list) {
      List<Value> items = new ArrayList<>(list.size());
      for (Object item : list) {
        items.add(value(item, origin.child(items.size()), render));
      }
      return Seq.list(items, origin);
    }
    throw TemplateException.type(
        "a template cannot use a value of the Java type " + value.getClass().getName());
  }
}
