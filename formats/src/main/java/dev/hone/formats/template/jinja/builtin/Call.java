package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;
import java.util.Map;

/** The arguments of one call, in the order of the signature. */
final class Call {
  private final Value[] values;
  private final List<Value> rest;
  private final Map<String, Value> named;

  Call(Value[] values, List<Value> rest, Map<String, Value> named) {
    this.values = values;
    this.rest = rest;
    this.named = named;
  }

  Value value(int parameter) {
    return values[parameter];
  }

  boolean isNone(int parameter) {
    return values[parameter] instanceof None;
  }

  boolean flag(int parameter) {
    return values[parameter].truth();
  }

  /** A string; anything else fails. */
  Str text(int parameter) {
    if (values[parameter] instanceof Str text) {
      return text;
    }
    throw TemplateException.type(
        "argument %d must be str, not %s".formatted(parameter, values[parameter].type()));
  }

  /** A string, where a filter calls one of its methods without a look at the type. */
  Str withMethod(int parameter, String method) {
    if (values[parameter] instanceof Str text) {
      return text;
    }
    throw values[parameter] instanceof Undefined undefined
        ? undefined.failure()
        : noAttribute(values[parameter], method);
  }

  static TemplateException noAttribute(Value value, String name) {
    return TemplateException.of(
        "AttributeError", "'%s' object has no attribute '%s'".formatted(value.type(), name));
  }

  /** A string, or anything else as one: markupsafe's soft_str. */
  Str soft(int parameter, Render render) {
    return values[parameter] instanceof Str text ? text : values[parameter].str(render);
  }

  /** A whole number; anything else fails. */
  long integer(int parameter) {
    if (values[parameter] instanceof Int number) {
      return number.clamped();
    }
    throw TemplateException.type(
        "'%s' object cannot be interpreted as an integer".formatted(values[parameter].type()));
  }

  /** {@code *args}. */
  List<Value> rest() {
    return rest;
  }

  /** {@code **kwargs}. */
  Map<String, Value> named() {
    return named;
  }

  Args others() {
    return new Args(rest, named);
  }
}
