package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Namespace;
import dev.hone.formats.template.jinja.value.Range;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Functions that every template can call by name. */
public final class Globals {
  private static final long LONGEST_RANGE = 100_000;

  private static final Map<String, Builtin> TABLE =
      new Table()
          .add("range(*args)", Globals::range)
          .add("dict(*args, **kwargs)", (r, a) -> dict(a.others(), r))
          .add("namespace(*args, **kwargs)", Globals::namespace)
          .add("cycler(*items)", (r, a) -> new Cycler(a.rest()))
          .add("joiner(sep=', ')", (r, a) -> new Joiner(a.value(0)))
          .add("raise_exception(message)", Globals::raise)
          .build();

  private Globals() {}

  /**
   * The functions by name.
   *
   * @param now what {@code strftime_now} tells
   */
  public static Map<String, Value> of(LocalDateTime now) {
    Map<String, Value> globals = new HashMap<>(TABLE);
    Builtin clock =
        new Builtin(
            "strftime_now(format)",
            (render, call) ->
                Str.of(
                    Strftime.format(now, call.text(0).text(), render),
                    Origin.variable("strftime_now")));
    globals.put(clock.name(), clock);
    globals.put("dict", new DictType(TABLE.get("dict")));
    return globals;
  }

  private static Value raise(Render render, Call call) {
    throw TemplateException.of("TemplateError", call.value(0).str(render).text());
  }

  private static Value range(Render render, Call call) {
    List<Value> args = call.rest();
    if (args.isEmpty() || args.size() > 3) {
      throw TemplateException.type("range expected from 1 to 3 arguments, got " + args.size());
    }
    Call numbers = new Call(args.toArray(Value[]::new), List.of(), Map.of());
    long start = args.size() == 1 ? 0 : numbers.integer(0);
    long stop = numbers.integer(args.size() == 1 ? 0 : 1);
    long step = args.size() < 3 ? 1 : numbers.integer(2);
    if (step == 0) {
      throw TemplateException.value("range() arg 3 must not be zero");
    }
    if (Range.length(start, stop, step) > LONGEST_RANGE) {
      throw TemplateException.of(
          "OverflowError",
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
    }
    return new Range(start, stop, step);
  }

  /** {@code dict(mapping_or_pairs, **named)}. */
  private static Dict dict(Args args, Render render) {
    if (args.positional().size() > 1) {
      throw TemplateException.type(
          "dict expected at most 1 argument, got " + args.positional().size());
    }
    Value source = args.positional().isEmpty() ? null : args.positional().get(0);
    Dict dict = new Dict(source == null ? null : source.origin());
    if (source instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (source instanceof Dict other) {
      other.keys().forEach(key -> dict.put(key, other.get(key, render), render));
    } else if (source != null) {
      source.iterate(render).drain(render).forEach(pair -> putPair(dict, pair, render));
    }
    args.named().forEach((name, value) -> dict.put(Str.of(name, null), value, render));
    return dict;
  }

  private static void putPair(Dict dict, Value pair, Render render) {
    List<Value> parts = pair.iterate(render).drain(render);
    if (parts.size() != 2) {
      throw TemplateException.value(
          "dictionary update sequence element has length %d; 2 is required"
              .formatted(parts.size()));
    }
    dict.put(parts.get(0), parts.get(1), render);
  }

  private static Value namespace(Render render, Call call) {
    Namespace namespace = new Namespace();
    Dict attributes = dict(call.others(), render);
    for (Value key : attributes.keys()) {
      if (key instanceof Str name) {
        namespace.set(name.text(), attributes.get(key, render));
      }
    }
    return namespace;
  }

  /** {@code dict} itself, which has one method. */
  private static final class DictType extends Callable {
    private final Builtin constructor;

    DictType(Builtin constructor) {
      this.constructor = constructor;
    }

    @Override
    public Value call(Render render, Args args) {
      return constructor.call(render, args);
    }

    @Override
    public Value attribute(String name) {
      return name.equals("fromkeys") ? FROM_KEYS : null;
    }

    @Override
    public String type() {
      return "TemplateDict";
    }

    private static final Builtin FROM_KEYS =
        new Builtin(
            "fromkeys(keys, value=none, /)",
            (render, call) -> DictMethods.fromKeys(call.value(0), call.value(1), render));
  }
}
