package dev.hone.formats.template.jinja.operator;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Range;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code value[index]} and {@code value[start:stop:step]}. */
public final class Subscript {
  private Subscript() {}

  /** The item; null where Python raises a TypeError or a LookupError. */
  public static Value item(Value owner, Value key, Render render) {
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (owner instanceof Dict dict) {
      return key instanceof Str name ? dict.get(name.text()) : hashed(dict, key, render);
    }
    if (!(key instanceof Int index)) {
      return null;
    }
    int length = owner.length();
    long wanted = index.clamped();
    long at = wanted < 0 ? wanted + length : wanted;
    if (at < 0 || at >= length) {
      return null;
    }
    if (owner instanceof Str text) {
      if (length < text.text().length()) {
        render.search(text.text().length());
      }
      int from = text.offset((int) at);
      return text.slice(from, text.text().offsetByCodePoints(from, 1));
    }
    List<Value> items = items(owner);
    return items == null ? null : items.get((int) at);
  }

  private static Value hashed(Dict dict, Value key, Render render) {
    try {
      return dict.get(key, render);
    } catch (TemplateException e) {
      if (e.kind().equals("TypeError")) {
        return null;
      }
      throw e;
    }
  }

  private static List<Value> items(Value owner) {
    if (owner instanceof Seq seq) {
      return seq.items();
    }
    return owner instanceof Range range ? range.items() : null;
  }

  /**
   * A slice; each bound may be {@link None}.
   *
   * @throws TemplateException if the value has no slices, or a bound is no whole number
   */
  public static Value slice(Value owner, Value start, Value stop, Value step, Render render) {
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (owner instanceof Dict) {
      throw TemplateException.type("unhashable type: 'slice'");
    }
    if (!(owner instanceof Str) && items(owner) == null) {
      throw TemplateException.type("'" + owner.type() + "' object is not subscriptable");
    }
    int length = owner.length();
    long stride = step instanceof None ? 1 : bound(step);
    if (stride == 0) {
      throw TemplateException.value("slice step cannot be zero");
    }
    boolean forward = stride > 0;
    int from = clamp(start, forward ? 0 : length - 1, length, forward);
    int to = clamp(stop, forward ? length : -1, length, forward);
    int by = (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, stride));
    if (owner instanceof Str text) {
      return slice(text, from, to, by, render);
    }
    if (owner instanceof Range range) {
      return range.slice(from, to, by);
    }
    Seq seq = (Seq) owner;
    if (by == 1) {
      render.elements(1);
      return seq.with(seq.items().subList(Math.min(from, to), to));
    }
    List<Value> chosen = new ArrayList<>();
    for (long at = from; forward ? at < to : at > to; at += by) {
      render.elements(1);
      chosen.add(seq.items().get((int) at));
    }
    return seq.with(chosen);
  }

  private static Value slice(Str text, int from, int to, int by, Render render) {
    if (by == 1) {
      render.characters(Math.max(0, to - from));
      render.search(to);
      return text.slice(text.offset(from), text.offset(Math.max(from, to)));
    }
    int[] offsets = offsets(text, render);
    TextBuilder out = new TextBuilder(render);
    for (long at = from; by > 0 ? at < to : at > to; at += by) {
      out.append(text, offsets[(int) at], offsets[(int) at + 1]);
    }
    return out.toStr().withMarkup(text.markup());
  }

  /** UTF-16 offset of each code point, and of the end. */
  private static int[] offsets(Str text, Render render) {
    render.characters(text.text().length());
    int[] offsets = new int[text.length() + 1];
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = text.text().offsetByCodePoints(offsets[i - 1], 1);
    }
    return offsets;
  }

  private static int clamp(Value bound, int absent, int length, boolean forward) {
    if (bound instanceof None) {
      return absent;
    }
    long wanted = bound(bound);
    long at = wanted < 0 ? wanted + length : wanted;
    int lowest = forward ? 0 : -1;
    return (int) Math.max(lowest, Math.min(forward ? length : length - 1, at));
  }

  private static long bound(Value bound) {
    if (bound instanceof Int number) {
      return number.clamped();
    }
    throw TemplateException.type(
        "slice indices must be integers or None or have an __index__ method");
  }
}
