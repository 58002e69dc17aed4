package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.FormatSpec;
import dev.hone.formats.template.jinja.format.Html;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.function.Function;

/** {@code '{} has {n:03d}'.format('x', n=7)}, with the sandbox's look-up of attributes. */
final class StrFormat {
  private static final int DEEPEST = 2;

  private final Args args;
  private final Function<String, Value> named;
  private final Render render;
  private int automatic;

  private StrFormat(Args args, Function<String, Value> named, Render render) {
    this.args = args;
    this.named = named;
    this.render = render;
  }

  static Str format(Str format, Args args, Render render) {
    return new StrFormat(args, args.named()::get, render).run(format);
  }

  static Str formatMap(Str format, Value mapping, Render render) {
    if (!(mapping instanceof Dict dict)) {
      throw TemplateException.type("'%s' object is not a mapping".formatted(mapping.type()));
    }
    return new StrFormat(Args.NONE, dict::get, render).run(format);
  }

  private Str run(Str format) {
    return run(format, format.markup(), DEEPEST).withMarkup(format.markup());
  }

  private Str run(Str format, boolean escaped, int depth) {
    if (depth < 0) {
      throw TemplateException.value("Max string recursion exceeded");
    }
    TextBuilder out = new TextBuilder(render);
    String text = format.text();
    int written = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '{' && c != '}') {
        continue;
      }
      render.step();
      out.append(format, written, at);
      if (at + 1 < text.length() && text.charAt(at + 1) == c) {
        out.append(format, at, at + 1);
        at++;
      } else if (c == '}') {
        throw TemplateException.value("Single '}' encountered in format string");
      } else {
        int end = end(text, at);
        Str field = field(format.slice(at + 1, end), depth);
        out.append(escaped ? Html.escape(field, render) : field);
        at = end;
      }
      written = at + 1;
    }
    return out.append(format, written, text.length()).toStr();
  }

  /** The closing brace of the field that opens at an offset. */
  private static int end(String text, int open) {
    int depth = 0;
    boolean bracket = false;
    for (int at = open; at < text.length(); at++) {
      char c = text.charAt(at);
      if (bracket) {
        bracket = c != ']';
      } else if (c == '[') {
        bracket = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return at;
      }
    }
    throw TemplateException.value(
        open == text.length() - 1
            ? "Single '{' encountered in format string"
            : "expected '}' before end of string");
  }

  private Str field(Str field, int depth) {
    String text = field.text();
    int colon = nameEnd(text);
    int bang = text.substring(0, colon).lastIndexOf('!');
    String conversion = bang < 0 ? "" : text.substring(bang + 1, colon);
    Value value =
        converted(value(text.substring(0, bang < 0 ? colon : bang)), conversion, bang >= 0);
    Str spec = colon < text.length() ? field.slice(colon + 1, text.length()) : Str.EMPTY;
    return FormatSpec.format(value, run(spec, false, depth - 1).text(), render);
  }

  private static int nameEnd(String field) {
    boolean bracket = false;
    for (int at = 0; at < field.length(); at++) {
      char c = field.charAt(at);
      if (bracket ? c == ']' : c == '[') {
        bracket = !bracket;
      } else if (!bracket && c == ':') {
        return at;
      }
    }
    return field.length();
  }

  private Value converted(Value value, String conversion, boolean given) {
    if (!given) {
      return value;
    }
    return switch (conversion) {
      case "s" -> value.str(render);
      case "r", "a" -> {
        TextBuilder repr = new TextBuilder(render);
        value.repr(repr);
        yield repr.toStr();
      }
      default ->
          throw TemplateException.value("Unknown conversion specifier '%s'".formatted(conversion));
    };
  }

  /** {@code name.attribute[key]}. */
  private Value value(String path) {
    int at = 0;
    while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
      at++;
    }
    Value value = first(path.substring(0, at));
    while (at < path.length()) {
      int start = at + 1;
      boolean bracket = path.charAt(at) == '[';
      at = start;
      while (at < path.length()
          && (bracket
              ? path.charAt(at) != ']'
              : path.charAt(at) != '.' && path.charAt(at) != '[')) {
        at++;
      }
      String key = path.substring(start, at);
      if (key.isEmpty()) {
        throw TemplateException.value("Empty attribute in format string");
      }
      value =
          bracket
              ? Attributes.item(value, key(key), render)
              : Attributes.attribute(value, key, render);
      at = bracket ? at + 1 : at;
    }
    return value;
  }

  private static Value key(String key) {
    return isNumber(key) ? Int.of(Long.parseLong(key)) : Str.of(key, null);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Value first(String name) {
    if (!name.isEmpty() && !isNumber(name)) {
      Value value = named.apply(name);
      if (value == null) {
        throw TemplateException.of("KeyError", "'" + name + "'");
      }
      return value;
    }
    if (name.isEmpty() ? automatic < 0 : automatic > 0) {
      throw TemplateException.value(
          "cannot switch between manual field specification and automatic field numbering");
    }
    int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
    automatic = name.isEmpty() ? automatic : -1;
    if (index >= args.positional().size()) {
      throw TemplateException.of(
          "IndexError",
          "Replacement index %d out of range for positional args tuple".formatted(index));
    }
    return args.positional().get(index);
  }
}
