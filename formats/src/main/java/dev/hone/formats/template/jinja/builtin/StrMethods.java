package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.Html;
import dev.hone.formats.template.jinja.format.Padding;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Methods of strings. A method of a safe string gives safe strings. */
final class StrMethods {
  private static final String RANGE = "(self, part, start=none, stop=none, /)";

  static final Map<String, Builtin> TABLE =
      new Table()
          .add("upper(self, /)", (r, a) -> map(r, a, Cases::upper))
          .add("lower(self, /)", (r, a) -> map(r, a, Cases::lower))
          .add("casefold(self, /)", (r, a) -> map(r, a, text -> Cases.lower(Cases.upper(text))))
          .add("capitalize(self, /)", (r, a) -> map(r, a, Cases::capitalize))
          .add("title(self, /)", (r, a) -> map(r, a, Cases::title))
          .add("swapcase(self, /)", (r, a) -> map(r, a, Cases::swap))
          .add("strip(self, chars=none, /)", (r, a) -> strip(r, a, true, true))
          .add("lstrip(self, chars=none, /)", (r, a) -> strip(r, a, true, false))
          .add("rstrip(self, chars=none, /)", (r, a) -> strip(r, a, false, true))
          .add("center(self, width, fill=' ', /)", (r, a) -> pad(r, a, '^'))
          .add("ljust(self, width, fill=' ', /)", (r, a) -> pad(r, a, '<'))
          .add("rjust(self, width, fill=' ', /)", (r, a) -> pad(r, a, '>'))
          .add("zfill(self, width, /)", (r, a) -> Texts.zeroFilled(self(a), a.integer(1), r))
          .add("expandtabs(self, tabsize=8)", (r, a) -> Texts.expanded(self(a), a.integer(1), r))
          .add(
              "split(self, sep=none, maxsplit=-1)",
              (r, a) -> Splits.split(self(a), sep(a), a.integer(2), r))
          .add(
              "rsplit(self, sep=none, maxsplit=-1)",
              (r, a) -> Splits.rsplit(self(a), sep(a), a.integer(2), r))
          .add(
              "splitlines(self, keepends=false)",
              (r, a) -> Seq.list(Splits.lines(self(a), a.flag(1), r), self(a).origin()))
          .add("partition(self, sep, /)", (r, a) -> Splits.partition(self(a), a.text(1), false, r))
          .add("rpartition(self, sep, /)", (r, a) -> Splits.partition(self(a), a.text(1), true, r))
          .add("join(self, items, /)", (r, a) -> Texts.joined(self(a), a.value(1), r))
          .add("replace(self, old, new, count=-1, /)", StrMethods::replace)
          .add(
              "removeprefix(self, prefix, /)",
              (r, a) -> Texts.without(self(a), a.text(1).text(), ""))
          .add(
              "removesuffix(self, suffix, /)",
              (r, a) -> Texts.without(self(a), "", a.text(1).text()))
          .add("startswith" + RANGE, (r, a) -> Bool.of(Searches.starts(a, false, r)))
          .add("endswith" + RANGE, (r, a) -> Bool.of(Searches.starts(a, true, r)))
          .add("find" + RANGE, (r, a) -> Searches.find(a, false, r))
          .add("rfind" + RANGE, (r, a) -> Searches.find(a, true, r))
          .add("index" + RANGE, (r, a) -> found(Searches.find(a, false, r)))
          .add("rindex" + RANGE, (r, a) -> found(Searches.find(a, true, r)))
          .add("count" + RANGE, (r, a) -> Searches.count(a, r))
          .add(
              "format(self, /, *args, **kwargs)",
              (r, a) -> StrFormat.format(self(a), a.others(), r))
          .add(
              "format_map(self, mapping, /)", (r, a) -> StrFormat.formatMap(self(a), a.value(1), r))
          .add("striptags(self, /)", (r, a) -> Texts.withoutTags(self(a), r))
          .add("isalnum(self, /)", (r, a) -> is(r, a, Cases::isAlnum))
          .add("isalpha(self, /)", (r, a) -> is(r, a, Cases::isAlpha))
          .add("isascii(self, /)", (r, a) -> is(r, a, text -> text.chars().allMatch(c -> c < 0x80)))
          .add("isdecimal(self, /)", (r, a) -> is(r, a, Cases::isDecimal))
          .add("isdigit(self, /)", (r, a) -> is(r, a, Cases::isDigit))
          .add("isnumeric(self, /)", (r, a) -> is(r, a, Cases::isNumeric))
          .add("isidentifier(self, /)", (r, a) -> is(r, a, Cases::isIdentifier))
          .add("islower(self, /)", (r, a) -> is(r, a, Cases::isLower))
          .add("isupper(self, /)", (r, a) -> is(r, a, Cases::isUpper))
          .add("istitle(self, /)", (r, a) -> is(r, a, Cases::isTitle))
          .add("isspace(self, /)", (r, a) -> is(r, a, Cases::isSpace))
          .add("isprintable(self, /)", (r, a) -> is(r, a, Cases::isPrintable))
          .build();

  private StrMethods() {}

  private static Str self(Call call) {
    return call.text(0);
  }

  private static String sep(Call call) {
    return call.isNone(1) ? null : call.text(1).text();
  }

  private static Str map(Render render, Call call, UnaryOperator<String> change) {
    return self(call).map(change, render).withMarkup(self(call).markup());
  }

  private static Bool is(Render render, Call call, Predicate<String> test) {
    render.search(8L * self(call).text().length());
    return Bool.of(test.test(self(call).text()));
  }

  private static Str strip(Render render, Call call, boolean left, boolean right) {
    return Texts.stripped(
        self(call),
        call.value(1) instanceof None ? null : call.text(1).text(),
        left,
        right,
        render);
  }

  private static Str pad(Render render, Call call, char align) {
    Str fill = call.text(2);
    if (fill.length() != 1) {
      throw TemplateException.type("The fill character must be exactly one character long");
    }
    Str self = self(call);
    long missing = call.integer(1) - self.length();
    if (missing <= 0) {
      return self;
    }
    // The odd one of a centred text goes left if the width is odd.
    long left =
        align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & call.integer(1) & 1);
    return Padding.pad(self, left, missing - left, fill.text(), render).withMarkup(self.markup());
  }

  private static Value replace(Render render, Call call) {
    Str self = self(call);
    Str fresh = self.markup() ? Html.escape(call.text(2), render) : call.text(2);
    return Texts.replaced(self, call.text(1).text(), fresh, call.integer(3), render)
        .withMarkup(self.markup());
  }

  private static Int found(Int index) {
    if (index.asLong() < 0) {
      throw TemplateException.value("substring not found");
    }
    return index;
  }
}
