package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.operator.Arithmetic;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.operator.Ordering;
import dev.hone.formats.template.jinja.operator.Subscript;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.DictView;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Range;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Filters of sequences and single values. */
final class ListFilters {
  static final Map<String, Builtin> TABLE =
      new Table()
          .add("length(obj, /)", (r, a) -> length(a.value(0)))
          .alias("count", "length")
          .add("default(value, default_value='', boolean=false)", ListFilters::defaultValue)
          .alias("d", "default")
          .add("attr(obj, name)", ListFilters::attribute)
          .add("list(value)", (r, a) -> list(a.value(0), r))
          .add("first(seq)", ListFilters::first)
          .add("last(seq)", ListFilters::last)
          .add("random(seq)", ListFilters::random)
          .add("reverse(value)", (r, a) -> reversed(a.value(0), r))
          .add(
              "sort(value, reverse=false, case_sensitive=false, attribute=none)", ListFilters::sort)
          .add(
              "dictsort(value, case_sensitive=false, by='key', reverse=false)",
              ListFilters::dictSort)
          .add(
              "groupby(value, attribute, default=none, case_sensitive=false)", ListFilters::groupBy)
          .add("min(value, case_sensitive=false, attribute=none)", (r, a) -> extreme("<", r, a))
          .add("max(value, case_sensitive=false, attribute=none)", (r, a) -> extreme(">", r, a))
          .add("sum(iterable, attribute=none, start=0)", ListFilters::sum)
          .build();

  private ListFilters() {}

  static Int length(Value value) {
    int length = value.length();
    if (length < 0) {
      throw TemplateException.type("object of type '" + value.type() + "' has no len()");
    }
    return Int.of(length, value.origin());
  }

  private static Value defaultValue(Render render, Call call) {
    Value value = call.value(0);
    boolean absent = value instanceof Undefined || (call.flag(2) && !value.truth());
    return absent ? call.value(1) : value;
  }

  private static Value attribute(Render render, Call call) {
    String name = call.text(1).text();
    return Attributes.has(call.value(0), name)
        ? Attributes.attribute(call.value(0), name, render)
        : Undefined.element(call.value(0), call.value(1));
  }

  private static Seq list(Value value, Render render) {
    return Seq.list(value.iterate(render).drain(render), value.origin());
  }

  private static Value first(Render render, Call call) {
    Value first = call.value(0).iterate(render).next();
    return first != null ? first : Undefined.because("No first item, sequence was empty.");
  }

  private static Value last(Render render, Call call) {
    Value value = call.value(0);
    Iter reversed = backwards(value, render);
    if (reversed == null) {
      throw TemplateException.type("'" + value.type() + "' object is not reversible");
    }
    Value last = reversed.next();
    return last != null ? last : Undefined.because("No last item, sequence was empty.");
  }

  /** {@code reversed(value)}; null if it has no order to reverse. */
  private static Iter backwards(Value value, Render render) {
    if (value instanceof Undefined) {
      return value.iterate(render);
    }
    boolean ordered =
        value instanceof Str
            || value instanceof Seq
            || value instanceof Range
            || value instanceof Dict
            || value instanceof DictView;
    if (!ordered) {
      return null;
    }
    if (value instanceof Str text) {
      return reversed(text, render).iterate(render);
    }
    List<Value> items =
        value instanceof Seq seq
            ? seq.items()
            : value instanceof Range range ? range.items() : value.iterate(render).drain(render);
    return new Iter(value.type() + "_reverseiterator") {
      private int left = items.size();

      @Override
      public Value next() {
        render.step();
        return left > 0 ? items.get(--left) : null;
      }
    };
  }

  private static Str reversed(Str text, Render render) {
    return (Str) Subscript.slice(text, None.NONE, None.NONE, Int.of(-1), render);
  }

  private static Value reversed(Value value, Render render) {
    if (value instanceof Str text) {
      return reversed(text, render);
    }
    Iter reversed = backwards(value, render);
    if (reversed != null) {
      return reversed;
    }
    try {
      List<Value> items = value.iterate(render).drain(render);
      Collections.reverse(items);
      return Seq.list(items, value.origin());
    } catch (TemplateException e) {
      throw e.kind().equals("TypeError")
          ? TemplateException.of("FilterArgumentError", "argument must be iterable")
          : e;
    }
  }

  /** Chat templates must give the same text each time, so the first is as random as any. */
  private static Value random(Render render, Call call) {
    if (length(call.value(0)).asLong() == 0) {
      return Undefined.because("No random item, sequence was empty.");
    }
    return Attributes.item(call.value(0), Int.of(0), render);
  }

  private static Value sort(Render render, Call call) {
    List<Value> values = call.value(0).iterate(render).drain(render);
    List<Lookup> lookups = Lookup.list(call.value(3));
    List<Value> keys = new ArrayList<>();
    for (Value value : values) {
      List<Value> key = new ArrayList<>();
      lookups.forEach(
          lookup -> key.add(Lookup.folded(lookup.get(value, render), call.flag(2), render)));
      keys.add(Seq.list(key));
    }
    return Seq.list(Ordering.sorted(values, keys, call.flag(1), render), call.value(0).origin());
  }

  private static Value dictSort(Render render, Call call) {
    String by = call.value(2) instanceof Str text ? text.text() : "";
    if (!by.equals("key") && !by.equals("value")) {
      throw TemplateException.of(
          "FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
    }
    if (!(call.value(0) instanceof Dict dict)) {
      throw call.value(0) instanceof Undefined undefined
          ? undefined.failure()
          : Call.noAttribute(call.value(0), "items");
    }
    List<Value> keys = new ArrayList<>();
    (by.equals("key") ? dict.keys() : dict.values())
        .forEach(key -> keys.add(Lookup.folded(key, call.flag(1), render)));
    return Seq.list(Ordering.sorted(dict.items(), keys, call.flag(3), render), dict.origin());
  }

  /** A group: a tuple whose parts have names. */
  private static final class Group extends Seq {
    Group(Value grouper, List<Value> list) {
      super(List.of(grouper, Seq.list(list)), true, null);
    }

    @Override
    public Value attribute(String name) {
      return switch (name) {
        case "grouper" -> items().get(0);
        case "list" -> items().get(1);
        default -> null;
      };
    }
  }

  private static Value groupBy(Render render, Call call) {
    Lookup lookup = Lookup.of(call.value(1), call.value(2));
    List<Value> values = call.value(0).iterate(render).drain(render);
    List<Value> keys = new ArrayList<>();
    values.forEach(
        value -> keys.add(Lookup.folded(lookup.get(value, render), call.flag(3), render)));
    List<Value> sorted = Ordering.sorted(values, keys, false, render);
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    Value current = null;
    for (Value value : sorted) {
      Value key = Lookup.folded(lookup.get(value, render), call.flag(3), render);
      if (current != null && !Equality.same(current, key, render)) {
        groups.add(new Group(lookup.get(group.get(0), render), group));
        group = new ArrayList<>();
      }
      current = key;
      render.elements(1);
      group.add(value);
    }
    if (!group.isEmpty()) {
      groups.add(new Group(lookup.get(group.get(0), render), group));
    }
    return Seq.list(groups);
  }

  private static Value extreme(String operator, Render render, Call call) {
    Iter items = call.value(0).iterate(render);
    Lookup lookup = Lookup.of(call.value(2));
    Value best = null;
    Value bestKey = null;
    for (Value item = items.next(); item != null; item = items.next()) {
      Value key = Lookup.folded(lookup.get(item, render), call.flag(1), render);
      if (best == null || Ordering.test(operator, key, bestKey, render)) {
        best = item;
        bestKey = key;
      }
    }
    return best != null ? best : Undefined.because("No aggregated item, sequence was empty.");
  }

  private static Value sum(Render render, Call call) {
    Iter items = call.value(0).iterate(render);
    Lookup lookup = Lookup.of(call.value(1));
    Value sum = call.value(2);
    if (sum instanceof Str) {
      throw TemplateException.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Value item = items.next(); item != null; item = items.next()) {
      sum = Arithmetic.binary("+", sum, lookup.get(item, render), render);
    }
    return sum;
  }
}
