package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a function can be called with, written as in Python: {@code indent(s, width=4,
 * first=false)}, {@code strip(self, chars=none, /)}, {@code map(value, *args, **kwargs)}. A default
 * is a whole number, a quoted string, {@code none}, {@code true} or {@code false}.
 */
final class Signature {
  private final String name;
  private final List<String> parameters = new ArrayList<>();
  private final List<Value> defaults = new ArrayList<>();
  private int positionalOnly;
  private boolean rest;
  private boolean namedRest;

  Signature(String text) {
    int open = text.indexOf('(');
    this.name = text.substring(0, open);
    String inside = text.substring(open + 1, text.length() - 1);
    for (String part : inside.isEmpty() ? new String[0] : inside.split(", (?!')")) {
      parameter(part);
    }
  }

  private void parameter(String part) {
    if (part.equals("/")) {
      positionalOnly = parameters.size();
    } else if (part.startsWith("**")) {
      namedRest = true;
    } else if (part.startsWith("*")) {
      rest = true;
    } else {
      int equals = part.indexOf('=');
      parameters.add(equals < 0 ? part : part.substring(0, equals));
      defaults.add(equals < 0 ? null : literal(part.substring(equals + 1)));
    }
  }

  private static Value literal(String text) {
    return switch (text) {
      case "none" -> None.NONE;
      case "true" -> Bool.TRUE;
      case "false" -> Bool.FALSE;
      default ->
          text.startsWith("'")
              ? Str.of(text.substring(1, text.length() - 1), null)
              : Int.of(Long.parseLong(text));
    };
  }

  String name() {
    return name;
  }

  /** The values of the parameters, defaults filled in, and what is left over. */
  Call bind(Args args) {
    Value[] values = new Value[parameters.size()];
    List<Value> given = args.positional();
    int taken = Math.min(given.size(), values.length);
    for (int i = 0; i < taken; i++) {
      values[i] = given.get(i);
    }
    if (given.size() > taken && !rest) {
      throw TemplateException.type(
          "%s() takes at most %d arguments (%d given)"
              .formatted(name, values.length, given.size()));
    }
    Map<String, Value> others = args.named().isEmpty() ? Map.of() : named(args.named(), values);
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        values[i] = defaults.get(i);
        if (values[i] == null) {
          throw TemplateException.type(
              "%s() missing 1 required positional argument: '%s'"
                  .formatted(name, parameters.get(i)));
        }
      }
    }
    return new Call(values, given.subList(taken, given.size()), others);
  }

  private Map<String, Value> named(Map<String, Value> named, Value[] values) {
    Map<String, Value> others = new LinkedHashMap<>();
    for (Map.Entry<String, Value> entry : named.entrySet()) {
      int parameter = parameters.indexOf(entry.getKey());
      if (parameter < 0 || parameter < positionalOnly) {
        if (!namedRest) {
          throw TemplateException.type(
              "%s() got an unexpected keyword argument '%s'".formatted(name, entry.getKey()));
        }
        others.put(entry.getKey(), entry.getValue());
      } else if (values[parameter] != null) {
        throw TemplateException.type(
            "%s() got multiple values for argument '%s'".formatted(name, entry.getKey()));
      } else {
        values[parameter] = entry.getValue();
      }
    }
    return others;
  }
}
