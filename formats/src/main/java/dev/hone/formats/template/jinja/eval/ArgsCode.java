package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Code of the arguments of a call. */
final class ArgsCode {
  private final Eval[] positional;
  private final List<String> names;
  private final Eval[] named;
  private final Eval rest;
  private final Eval namedRest;

  private ArgsCode(Eval[] positional, List<String> names, Eval[] named, Eval rest, Eval namedRest) {
    this.positional = positional;
    this.names = names;
    this.named = named;
    this.rest = rest;
    this.namedRest = namedRest;
  }

  static ArgsCode compile(Expr.Arguments arguments, Place place) {
    if (new HashSet<>(arguments.names()).size() < arguments.names().size()) {
      throw TemplateException.of("SyntaxError", "keyword argument repeated");
    }
    return new ArgsCode(
        ExprCompiler.all(arguments.positional(), place),
        arguments.names(),
        ExprCompiler.all(arguments.named(), place),
        arguments.rest() == null ? null : ExprCompiler.compile(arguments.rest(), place),
        arguments.namedRest() == null ? null : ExprCompiler.compile(arguments.namedRest(), place));
  }

  /** The arguments, after those that are given already. */
  Args eval(List<Value> given, Frame frame) {
    for (Eval argument : positional) {
      given.add(argument.eval(frame));
    }
    if (rest != null) {
      given.addAll(rest.eval(frame).iterate(frame.render).drain(frame.render));
    }
    if (named.length == 0 && namedRest == null) {
      return new Args(given, Map.of());
    }
    Map<String, Value> values = new LinkedHashMap<>();
    for (int i = 0; i < named.length; i++) {
      values.put(names.get(i), named[i].eval(frame));
    }
    if (namedRest != null) {
      putAll(namedRest.eval(frame), values, frame);
    }
    return new Args(given, values);
  }

  private static void putAll(Value mapping, Map<String, Value> values, Frame frame) {
    if (!(mapping instanceof Dict dict)) {
      throw TemplateException.type("argument after ** must be a mapping, not " + mapping.type());
    }
    for (Value key : dict.keys()) {
      if (!(key instanceof Str name)) {
        throw TemplateException.type("keywords must be strings");
      }
      if (values.put(name.text(), dict.get(key, frame.render)) != null) {
        throw TemplateException.type(
            "got multiple values for keyword argument '" + name.text() + "'");
      }
    }
  }
}
