package dev.hone.formats.template.jinja.format;

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
import java.util.List;

/**
 * JSON as Python's {@code json.dumps} writes it. Brackets, commas and colons belong to the origin
 * of their container, the rest to the value that it shows:
 *
 * <pre>
 * {"city": "Oslo", "days": 2}
 * </pre>
 *
 * @param indent what one level is indented by; null: all in one line
 * @param itemSeparator between elements
 * @param keySeparator between key and value
 * @param ascii whether to escape what is not ASCII
 */
public record Json(String indent, String itemSeparator, String keySeparator, boolean ascii) {

  /** The JSON of a value. */
  public Str write(Value value, Render render) {
    TextBuilder out = new TextBuilder(render);
    write(value, "\n", out);
    return out.toStr();
  }

  private void write(Value value, String line, TextBuilder out) {
    out.render().step();
    if (value instanceof Str text) {
      string(text, out);
    } else if (value instanceof None) {
      out.append("null", value.origin());
    } else if (value instanceof Bool) {
      out.append(value.truth() ? "true" : "false", value.origin());
    } else if (value instanceof Int number) {
      out.append(number.digits(), value.origin());
    } else if (value instanceof Real number) {
      out.append(real(number.asDouble()), value.origin());
    } else if (value instanceof Seq seq) {
      list(seq.items(), seq.origin(), line, out);
    } else if (value instanceof Dict dict) {
      object(dict, line, out);
    } else {
      throw TemplateException.type("Object of type " + value.type() + " is not JSON serializable");
    }
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? value > 0 ? "Infinity" : "-Infinity" : Real.repr(value);
  }

  private void list(List<Value> items, Origin origin, String line, TextBuilder out) {
    if (items.isEmpty()) {
      out.append("[]", origin);
      return;
    }
    out.render().enter(1);
    out.append("[", origin);
    String inner = indent == null ? "" : line + indent;
    String separator = inner;
    for (Value item : items) {
      out.append(separator, origin);
      write(item, inner, out);
      separator = itemSeparator + inner;
    }
    out.append(indent == null ? "]" : line + "]", origin);
    out.render().leave(1);
  }

  private void object(Dict dict, String line, TextBuilder out) {
    Origin origin = dict.origin();
    if (dict.length() == 0) {
      out.append("{}", origin);
      return;
    }
    out.render().enter(1);
    out.append("{", origin);
    String inner = indent == null ? "" : line + indent;
    String separator = inner;
    List<Value> keys = dict.keys();
    List<Value> values = dict.values();
    for (int i = 0; i < keys.size(); i++) {
      out.append(separator, origin);
      string(key(keys.get(i), out.render()), out);
      out.append(keySeparator, origin);
      write(values.get(i), inner, out);
      separator = itemSeparator + inner;
    }
    out.append(indent == null ? "}" : line + "}", origin);
    out.render().leave(1);
  }

  private Str key(Value key, Render render) {
    if (key instanceof Str text) {
      return text;
    }
    if (key instanceof Int || key instanceof Real || key instanceof None) {
      return write(key, render);
    }
    throw TemplateException.type("keys must be str, int, float, bool or None, not " + key.type());
  }

  private void string(Str text, TextBuilder out) {
    String characters = text.text();
    Origin origin = text.origin();
    out.append("\"", origin);
    int plain = 0;
    for (int at = 0; at < characters.length(); at++) {
      String escaped = escape(characters.charAt(at));
      if (escaped != null) {
        out.append(text, plain, at);
        out.append(escaped, text.slice(at, at + 1).origin());
        plain = at + 1;
      }
    }
    out.append(text, plain, characters.length());
    out.append("\"", origin);
  }

  private String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < ' ' || (ascii && c > '~' && (c != 0x7f)) ? "\\u%04x".formatted((int) c) : null;
    };
  }
}
