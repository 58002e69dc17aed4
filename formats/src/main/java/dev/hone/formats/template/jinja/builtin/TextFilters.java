package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.Html;
import dev.hone.formats.template.jinja.format.PercentFormat;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Filters that give text. */
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  static final Map<String, Builtin> TABLE =
      new Table()
          .add("upper(s)", (r, a) -> map(r, a, Cases::upper))
          .add("lower(s)", (r, a) -> map(r, a, Cases::lower))
          .add("capitalize(s)", (r, a) -> map(r, a, Cases::capitalize))
          .add("title(s)", (r, a) -> a.soft(0, r).map(Cases::words, r))
          .add("trim(value, chars=none)", TextFilters::trim)
          .add("replace(s, old, new, count=none)", TextFilters::replace)
          .add("join(value, d='', attribute=none)", TextFilters::join)
          .add("string(s, /)", (r, a) -> a.soft(0, r))
          .add("safe(value)", (r, a) -> a.value(0).str(r).withMarkup(true))
          .add("escape(s, /)", (r, a) -> Html.escape(a.value(0), r))
          .alias("e", "escape")
          .add("forceescape(value)", (r, a) -> Html.escapeText(a.value(0).str(r), r))
          .add("striptags(value)", (r, a) -> Texts.withoutTags(a.value(0).str(r), r))
          .add("indent(s, width=4, first=false, blank=false)", TextFilters::indent)
          .add("center(value, width=80)", (r, a) -> method("center", r, a.soft(0, r), a.value(1)))
          .add("format(value, *args, **kwargs)", TextFilters::format)
          .add(
              "truncate(s, length=255, killwords=false, end='...', leeway=none)",
              TextFilters::truncate)
          .add(
              "wordwrap(s, width=79, break_long_words=true, wrapstring=none, break_on_hyphens=true)",
              WordWrap::wrap)
          .add("wordcount(s)", TextFilters::wordCount)
          .add("xmlattr(d, autospace=true)", TextFilters::xmlAttributes)
          .add("urlencode(value)", (r, a) -> UrlEncoding.encode(a.value(0), r))
          .build();

  private TextFilters() {}

  private static Str map(Render render, Call call, UnaryOperator<String> change) {
    Str text = call.soft(0, render);
    return text.map(change, render).withMarkup(text.markup());
  }

  private static Value method(String name, Render render, Value... args) {
    return StrMethods.TABLE.get(name).call(render, Args.of(args));
  }

  private static Value trim(Render render, Call call) {
    return method("strip", render, call.soft(0, render), call.value(1));
  }

  private static Value replace(Render render, Call call) {
    Str old = call.value(1).str(render);
    long count = call.isNone(3) ? -1 : call.integer(3);
    return Texts.replaced(
        call.value(0).str(render), old.text(), call.value(2).str(render), count, render);
  }

  private static Value join(Render render, Call call) {
    Lookup attribute = call.isNone(2) ? null : Lookup.of(call.value(2));
    Iter items = call.value(0).iterate(render);
    List<Str> parts = new ArrayList<>();
    for (Value item = items.next(); item != null; item = items.next()) {
      render.elements(1);
      parts.add((attribute == null ? item : attribute.get(item, render)).str(render));
    }
    return Texts.joined(call.value(1).str(render), parts, render);
  }

  private static Value indent(Render render, Call call) {
    Value value = call.value(0);
    if (!(value instanceof Str) && !(value instanceof Undefined)) {
      // A list could be added to, and then has no lines.
      throw value instanceof Seq seq && !seq.isTuple()
          ? Call.noAttribute(value, "splitlines")
          : TemplateException.type(
              "unsupported operand type(s) for +=: '%s' and 'str'".formatted(value.type()));
    }
    Str text = call.withMethod(0, "splitlines");
    Str indention;
    if (call.value(1) instanceof Str given) {
      indention = given;
    } else {
      long width = Math.max(0, call.integer(1));
      render.characters(width);
      indention = Str.of(" ".repeat((int) width), null);
    }
    return Texts.indented(text, indention, call.flag(2), call.flag(3), render);
  }

  private static Value format(Render render, Call call) {
    if (!call.rest().isEmpty() && !call.named().isEmpty()) {
      throw TemplateException.of(
          "FilterArgumentError", "can't handle positional and keyword arguments at the same time");
    }
    Value values = Seq.tuple(call.rest());
    if (!call.named().isEmpty()) {
      Dict named = new Dict(null);
      call.named().forEach((name, value) -> named.put(Str.of(name, null), value, render));
      values = named;
    }
    return PercentFormat.format(call.soft(0, render), values, render);
  }

  private static Value truncate(Render render, Call call) {
    Value value = call.value(0);
    Str end = call.text(3);
    long length = call.integer(1);
    long leeway = call.isNone(4) ? 5 : call.integer(4);
    if (length < end.length() || leeway < 0) {
      throw TemplateException.of(
          "AssertionError", "expected length >= %d, got %d".formatted(end.length(), length));
    }
    if (value.length() < 0) {
      throw TemplateException.type("object of type '" + value.type() + "' has no len()");
    }
    if (value.length() <= length + leeway) {
      return value;
    }
    if (!(value instanceof Str text)) {
      throw TemplateException.type("only text can be cut, not " + value.type());
    }
    Str cut = text.slice(0, text.offset((int) (length - end.length())));
    int space = call.flag(2) ? -1 : cut.text().lastIndexOf(' ');
    return new TextBuilder(render)
        .append(space < 0 ? cut : cut.slice(0, space))
        .append(end)
        .toStr();
  }

  private static Value wordCount(Render render, Call call) {
    String text = call.soft(0, render).text();
    render.search(16L * text.length());
    return Int.of(WORD.matcher(text).results().count(), call.value(0).origin());
  }

  private static Value xmlAttributes(Render render, Call call) {
    if (!(call.value(0) instanceof Dict dict)) {
      throw call.value(0) instanceof Undefined undefined
          ? undefined.failure()
          : Call.noAttribute(call.value(0), "items");
    }
    TextBuilder out = new TextBuilder(render);
    List<Value> keys = dict.keys();
    for (Value key : keys) {
      Value value = dict.get(key, render);
      if (value instanceof None || value instanceof Undefined) {
        continue;
      }
      Str name = Html.escape(key, render);
      if (key.str(render).text().chars().anyMatch(c -> " \t\n\r\f\u000b/>=".indexOf(c) >= 0)) {
        throw TemplateException.value(
            "Invalid character in attribute name: " + key.reprText(render));
      }
      out.append(out.length() > 0 || call.flag(1) ? " " : "", dict.origin());
      out.append(name).append("=\"", dict.origin());
      out.append(Html.escape(value, render)).append("\"", dict.origin());
    }
    return out.toStr();
  }
}
