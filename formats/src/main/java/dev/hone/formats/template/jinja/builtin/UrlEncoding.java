package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The filter {@code urlencode}: text for a path, pairs for a query. */
final class UrlEncoding {
  private static final String PLAIN = "-._~";

  private UrlEncoding() {}

  static Str encode(Value value, Render render) {
    List<Value> pairs;
    if (value instanceof Dict dict) {
      pairs = dict.items();
    } else if (value instanceof Str || value.length() < 0) {
      return quoted(value, PLAIN + "/", render);
    } else {
      pairs = value.iterate(render).drain(render);
    }
    Str separator = Str.of("&", value.origin());
    List<Str> parts = new ArrayList<>();
    for (Value pair : pairs) {
      List<Value> both = unpacked(pair, render);
      parts.add(
          form(both.get(0), render)
              .plus(Str.of("=", value.origin()), render)
              .plus(form(both.get(1), render), render));
    }
    return Texts.joined(separator, parts, render);
  }

  private static List<Value> unpacked(Value pair, Render render) {
    if (pair.length() < 0 && !(pair instanceof Iter)) {
      throw TemplateException.type("cannot unpack non-iterable " + pair.type() + " object");
    }
    List<Value> both = pair.iterate(render).drain(render);
    if (both.size() != 2) {
      throw TemplateException.value(
          both.size() < 2
              ? "not enough values to unpack (expected 2, got %d)".formatted(both.size())
              : "too many values to unpack (expected 2)");
    }
    return both;
  }

  private static Str form(Value value, Render render) {
    Str quoted = quoted(value, PLAIN, render);
    return Texts.replaced(quoted, "%20", Str.of("+", quoted.origin()), -1, render);
  }

  private static Str quoted(Value value, String plain, Render render) {
    Str text = value.str(render);
    TextBuilder out = new TextBuilder(render);
    for (int at = 0; at < text.text().length(); ) {
      int next = text.text().offsetByCodePoints(at, 1);
      String own = text.text().substring(at, next);
      char c = own.charAt(0);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || plain.indexOf(c) >= 0)) {
        out.append(text, at, next);
      } else {
        for (byte part : own.getBytes(StandardCharsets.UTF_8)) {
          out.append("%%%02X".formatted(part & 0xff), text.slice(at, next).origin());
        }
      }
      at = next;
    }
    return out.toStr();
  }
}
