package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.HashKey;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Filters that are generators in Python: they do nothing, and so do not fail, until a value is
 * asked for, and give each value once.
 */
final class LazyFilters {
  static final Map<String, Builtin> TABLE =
      new Table()
          .add("items(value)", (r, a) -> lazy(r, () -> items(a.value(0), r)))
          .add("map(value, *args, **kwargs)", LazyFilters::map)
          .add("select(value, *args, **kwargs)", (r, a) -> select(r, a, true, false))
          .add("reject(value, *args, **kwargs)", (r, a) -> select(r, a, false, false))
          .add("selectattr(value, *args, **kwargs)", (r, a) -> select(r, a, true, true))
          .add("rejectattr(value, *args, **kwargs)", (r, a) -> select(r, a, false, true))
          .add("unique(value, case_sensitive=false, attribute=none)", LazyFilters::unique)
          .add(
              "batch(value, linecount, fill_with=none)",
              (r, a) -> lazy(r, () -> list(batch(r, a), r)))
          .add(
              "slice(value, slices, fill_with=none)", (r, a) -> lazy(r, () -> list(slice(r, a), r)))
          .build();

  private LazyFilters() {}

  /** A generator: its source is made when the first value is asked for. */
  private static Iter lazy(Render render, Supplier<Iter> source) {
    return new Iter("generator") {
      private Iter values;

      @Override
      public Value next() {
        render.step();
        if (values == null) {
          values = source.get();
        }
        return values.next();
      }
    };
  }

  private static Iter list(List<Value> values, Render render) {
    return Iter.of("generator", values.iterator(), render);
  }

  private static Iter items(Value value, Render render) {
    if (value instanceof Undefined) {
      return value.iterate(render);
    }
    if (value instanceof Dict dict) {
      return list(dict.items(), render);
    }
    throw TemplateException.type("Can only get item pairs from a mapping.");
  }

  private static Value map(Render render, Call call) {
    return lazy(
        render,
        () -> {
          if (!call.value(0).truth()) {
            return list(List.of(), render);
          }
          Function<Value, Value> change = change(render, call);
          Iter items = call.value(0).iterate(render);
          return new Iter("generator") {
            @Override
            public Value next() {
              Value item = items.next();
              return item == null ? null : change.apply(item);
            }
          };
        });
  }

  private static Function<Value, Value> change(Render render, Call call) {
    if (call.rest().isEmpty() && call.named().containsKey("attribute")) {
      call.named().keySet().stream()
          .filter(name -> !name.equals("attribute") && !name.equals("default"))
          .findFirst()
          .ifPresent(
              name -> {
                throw argument("Unexpected keyword argument '" + name + "'");
              });
      Lookup lookup =
          Lookup.of(call.named().get("attribute"), call.named().getOrDefault("default", None.NONE));
      return item -> lookup.get(item, render);
    }
    if (call.rest().isEmpty()) {
      throw argument("map requires a filter argument");
    }
    return item ->
        named("filter", call.rest().get(0), Filters::get, render).call(render, args(item, call, 1));
  }

  private static TemplateException argument(String message) {
    return TemplateException.of("FilterArgumentError", message);
  }

  private static Builtin named(
      String kind, Value name, Function<String, Builtin> table, Render render) {
    Builtin found = name instanceof Str text ? table.apply(text.text()) : null;
    if (found == null) {
      throw TemplateException.of(
          "TemplateRuntimeError", "No %s named %s.".formatted(kind, name.reprText(render)));
    }
    return found;
  }

  private static Args args(Value item, Call call, int skipped) {
    List<Value> positional = new ArrayList<>();
    positional.add(item);
    positional.addAll(call.rest().subList(skipped, call.rest().size()));
    return new Args(positional, call.named());
  }

  private static Value select(Render render, Call call, boolean wanted, boolean byAttribute) {
    return lazy(
        render,
        () -> {
          if (!call.value(0).truth()) {
            return list(List.of(), render);
          }
          Function<Value, Boolean> test = test(render, call, byAttribute);
          Iter items = call.value(0).iterate(render);
          return new Iter("generator") {
            @Override
            public Value next() {
              Value item = items.next();
              while (item != null && test.apply(item) != wanted) {
                item = items.next();
              }
              return item;
            }
          };
        });
  }

  private static Function<Value, Boolean> test(Render render, Call call, boolean byAttribute) {
    if (byAttribute && call.rest().isEmpty()) {
      throw argument("Missing parameter for attribute name");
    }
    Lookup lookup = Lookup.of(byAttribute ? call.rest().get(0) : None.NONE);
    int name = byAttribute ? 1 : 0;
    if (call.rest().size() <= name) {
      return item -> lookup.get(item, render).truth();
    }
    return item ->
        named("test", call.rest().get(name), Tests::get, render)
            .call(render, args(lookup.get(item, render), call, name + 1))
            .truth();
  }

  private static Value unique(Render render, Call call) {
    return lazy(
        render,
        () -> {
          Lookup lookup = Lookup.of(call.value(2));
          Set<Object> seen = new HashSet<>();
          Iter items = call.value(0).iterate(render);
          return new Iter("generator") {
            @Override
            public Value next() {
              for (Value item = items.next(); item != null; item = items.next()) {
                Value key = Lookup.folded(lookup.get(item, render), call.flag(1), render);
                render.elements(1);
                if (seen.add(HashKey.of(key, render))) {
                  return item;
                }
              }
              return null;
            }
          };
        });
  }

  private static List<Value> batch(Render render, Call call) {
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    Value size = call.value(1);
    for (Value item : call.value(0).iterate(render).drain(render)) {
      if (Equality.equal(Int.of(batch.size()), size, render)) {
        batches.add(Seq.list(batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      if (!call.isNone(2)) {
        long missing = call.integer(1) - batch.size();
        render.elements(Math.max(0, missing));
        for (long i = 0; i < missing; i++) {
          batch.add(call.value(2));
        }
      }
      batches.add(Seq.list(batch));
    }
    return batches;
  }

  private static List<Value> slice(Render render, Call call) {
    List<Value> items = call.value(0).iterate(render).drain(render);
    long slices = call.integer(1);
    if (slices == 0) {
      throw TemplateException.of("ZeroDivisionError", "integer division or modulo by zero");
    }
    List<Value> parts = new ArrayList<>();
    render.elements(Math.max(0, slices));
    int size = (int) Math.floorDiv(items.size(), slices);
    long larger = Math.floorMod(items.size(), slices);
    int start = 0;
    for (long i = 0; i < slices; i++) {
      int end = start + size + (i < larger ? 1 : 0);
      List<Value> part = new ArrayList<>(items.subList(start, end));
      if (!call.isNone(2) && i >= larger) {
        part.add(call.value(2));
      }
      parts.add(Seq.list(part));
      start = end;
    }
    return parts;
  }
}
