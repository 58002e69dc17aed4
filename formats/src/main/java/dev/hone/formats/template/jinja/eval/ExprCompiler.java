package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.builtin.Attributes;
import dev.hone.formats.template.jinja.builtin.Builtin;
import dev.hone.formats.template.jinja.builtin.Filters;
import dev.hone.formats.template.jinja.builtin.Tests;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.operator.Arithmetic;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.operator.Ordering;
import dev.hone.formats.template.jinja.operator.Subscript;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Makes code of expressions. */
final class ExprCompiler {
  private ExprCompiler() {}

  static Eval compile(Expr expr, Place place) {
    if (expr instanceof Expr.Const constant) {
      Value value = constant.value();
      return frame -> value;
    }
    if (expr instanceof Expr.Name name) {
      return name(name, place);
    }
    if (expr instanceof Expr.Attribute attribute) {
      Eval owner = compile(attribute.owner(), place);
      String name = attribute.name();
      return frame -> Attributes.attribute(owner.eval(frame), name, frame.render);
    }
    if (expr instanceof Expr.Item item) {
      return item(item, place);
    }
    if (expr instanceof Expr.Slice slice) {
      throw TemplateException.syntax("a slice cannot be part of a tuple of keys: " + slice, 0);
    }
    if (expr instanceof Expr.Binary binary) {
      return binary(binary, place);
    }
    if (expr instanceof Expr.Unary unary) {
      Eval operand = compile(unary.operand(), place);
      String operator = unary.operator();
      return operator.equals("not")
          ? frame -> Bool.of(!operand.eval(frame).truth())
          : frame -> Arithmetic.sign(operator, operand.eval(frame));
    }
    if (expr instanceof Expr.Compare compare) {
      return compare(compare, place);
    }
    if (expr instanceof Expr.Concat concat) {
      Eval[] parts = all(concat.parts(), place);
      return frame -> concat(parts, frame);
    }
    if (expr instanceof Expr.TupleOf tuple) {
      Eval[] items = all(tuple.items(), place);
      return frame -> Seq.tuple(values(items, frame));
    }
    if (expr instanceof Expr.ListOf list) {
      Eval[] items = all(list.items(), place);
      return frame -> Seq.list(values(items, frame));
    }
    if (expr instanceof Expr.DictOf dict) {
      return dict(all(dict.keys(), place), all(dict.values(), place));
    }
    if (expr instanceof Expr.Conditional conditional) {
      return conditional(conditional, place.softer());
    }
    if (expr instanceof Expr.Filter filter) {
      Eval value = compile(filter.value(), place);
      return filter(filter, value, place);
    }
    if (expr instanceof Expr.Test test) {
      Eval value = compile(test.value(), place);
      return named("test", test.name(), Tests::get, value, test.arguments(), place, test.line());
    }
    return call((Expr.Call) expr, place);
  }

  static Eval[] all(List<Expr> exprs, Place place) {
    return exprs.stream().map(expr -> compile(expr, place)).toArray(Eval[]::new);
  }

  private static List<Value> values(Eval[] items, Frame frame) {
    frame.render.elements(items.length);
    Value[] values = new Value[items.length];
    for (int i = 0; i < items.length; i++) {
      values[i] = items[i].eval(frame);
    }
    return Arrays.asList(values);
  }

  private static Eval name(Expr.Name name, Place place) {
    Symbols.Slot slot = place.symbols().slot(name.name());
    int hops = place.hops(slot);
    int index = slot.index();
    String text = name.name();
    return frame -> {
      Value value = frame.out(hops).slots[index];
      return value == null ? Undefined.variable(text) : value;
    };
  }

  private static Eval item(Expr.Item item, Place place) {
    Eval owner = compile(item.owner(), place);
    if (!(item.key() instanceof Expr.Slice slice)) {
      Eval key = compile(item.key(), place);
      return frame -> Attributes.item(owner.eval(frame), key.eval(frame), frame.render);
    }
    Eval start = bound(slice.start(), place);
    Eval stop = bound(slice.stop(), place);
    Eval step = bound(slice.step(), place);
    return frame ->
        Subscript.slice(
            owner.eval(frame), start.eval(frame), stop.eval(frame), step.eval(frame), frame.render);
  }

  private static Eval bound(Expr bound, Place place) {
    return bound == null ? frame -> None.NONE : compile(bound, place);
  }

  private static Eval binary(Expr.Binary binary, Place place) {
    Eval left = compile(binary.left(), place);
    Eval right = compile(binary.right(), place);
    String operator = binary.operator();
    return switch (operator) {
      case "and" ->
          frame -> {
            Value value = left.eval(frame);
            return value.truth() ? right.eval(frame) : value;
          };
      case "or" ->
          frame -> {
            Value value = left.eval(frame);
            return value.truth() ? value : right.eval(frame);
          };
      default ->
          frame -> Arithmetic.binary(operator, left.eval(frame), right.eval(frame), frame.render);
    };
  }

  private static Eval compare(Expr.Compare compare, Place place) {
    Eval[] operands = all(compare.operands(), place);
    String[] operators = compare.operators().toArray(String[]::new);
    return frame -> {
      Value left = operands[0].eval(frame);
      for (int i = 0; i < operators.length; i++) {
        Value right = operands[i + 1].eval(frame);
        if (!holds(operators[i], left, right, frame.render)) {
          return Bool.FALSE;
        }
        left = right;
      }
      return Bool.TRUE;
    };
  }

  private static boolean holds(String operator, Value left, Value right, Render render) {
    return switch (operator) {
      case "==" -> Equality.equal(left, right, render);
      case "!=" -> !Equality.equal(left, right, render);
      case "in" -> Equality.contains(right, left, render);
      case "not in" -> !Equality.contains(right, left, render);
      default -> Ordering.test(operator, left, right, render);
    };
  }

  private static Str concat(Eval[] parts, Frame frame) {
    frame.render.step();
    Value[] values = new Value[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = parts[i].eval(frame);
    }
    TextBuilder out = new TextBuilder(frame.render);
    for (Value value : values) {
      out.append(value.str(frame.render));
    }
    return out.toStr();
  }

  private static Eval dict(Eval[] keys, Eval[] values) {
    return frame -> {
      Dict dict = new Dict(null);
      for (int i = 0; i < keys.length; i++) {
        dict.put(keys[i].eval(frame), values[i].eval(frame), frame.render);
      }
      return dict;
    };
  }

  private static Eval conditional(Expr.Conditional conditional, Place place) {
    Eval test = compile(conditional.test(), place);
    Eval value = compile(conditional.value(), place);
    Value undefined =
        Undefined.because(
            "the inline if-expression on line %d evaluated to false and no else section was defined."
                .formatted(conditional.line()));
    Eval other =
        conditional.other() == null ? frame -> undefined : compile(conditional.other(), place);
    return frame -> test.eval(frame).truth() ? value.eval(frame) : other.eval(frame);
  }

  /** A filter whose value is already code, such as the text of a block. */
  static Eval filter(Expr.Filter filter, Eval value, Place place) {
    return named(
        "filter", filter.name(), Filters::get, value, filter.arguments(), place, filter.line());
  }

  private static Eval named(
      String kind,
      String name,
      Function<String, Builtin> table,
      Eval value,
      Expr.Arguments arguments,
      Place place,
      int line) {
    Builtin function = table.apply(name);
    if (function == null && !place.soft()) {
      throw TemplateException.assertion("No %s named '%s'.".formatted(kind, name), line);
    }
    if (function == null) {
      return frame -> {
        throw TemplateException.of(
            "TemplateRuntimeError", "No %s named '%s' found.".formatted(kind, name));
      };
    }
    ArgsCode args = ArgsCode.compile(arguments, place);
    return frame -> {
      List<Value> positional = new ArrayList<>();
      positional.add(value.eval(frame));
      return function.call(frame.render, args.eval(positional, frame));
    };
  }

  private static Eval call(Expr.Call call, Place place) {
    Eval function = compile(call.function(), place);
    ArgsCode args = ArgsCode.compile(call.arguments(), place);
    return frame -> {
      Value called = function.eval(frame);
      return invoke(called, args.eval(new ArrayList<>(), frame), frame.render);
    };
  }

  static Value invoke(Value function, Args args, Render render) {
    render.step();
    if (function instanceof Callable callable) {
      return callable.call(render, args);
    }
    throw function instanceof Undefined undefined
        ? undefined.failure()
        : TemplateException.type("'" + function.type() + "' object is not callable");
  }
}
