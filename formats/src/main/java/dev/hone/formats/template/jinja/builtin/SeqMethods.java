package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of lists and tuples. */
final class SeqMethods {
  static final Set<String> CHANGING =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  static final Map<String, Builtin> OF_TUPLES =
      new Table()
          .add("count(self, value, /)", SeqMethods::count)
          .add("index(self, value, start=0, stop=9223372036854775807, /)", SeqMethods::index)
          .build();

  static final Map<String, Builtin> OF_LISTS =
      new Table().addAll(OF_TUPLES).add("copy(self, /)", (r, a) -> a.value(0)).build();

  private SeqMethods() {}

  private static Value count(Render render, Call call) {
    long count =
        items(call).stream().filter(item -> Equality.same(item, call.value(1), render)).count();
    return Int.of(count);
  }

  private static Value index(Render render, Call call) {
    List<Value> items = items(call);
    long start = fromEnd(call.integer(2), items.size());
    long stop = Math.min(items.size(), fromEnd(call.integer(3), items.size()));
    for (long i = start; i < stop; i++) {
      if (Equality.same(items.get((int) i), call.value(1), render)) {
        return Int.of(i);
      }
    }
    throw TemplateException.value(call.value(1).reprText(render) + " is not in list");
  }

  private static long fromEnd(long index, int size) {
    return index < 0 ? Math.max(0, index + size) : index;
  }

  private static List<Value> items(Call call) {
    return ((Seq) call.value(0)).items();
  }
}
