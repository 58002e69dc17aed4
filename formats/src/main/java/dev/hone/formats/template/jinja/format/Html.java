package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;

/** HTML escapes as markupsafe writes them. A string marked as safe escapes what is added to it. */
public final class Html {
  private Html() {}

  /** The escaped text, marked as safe; text that is safe already stays as it is. */
  public static Str escape(Value value, Render render) {
    return value instanceof Str text && text.markup()
        ? text
        : escapeText(value.str(render), render);
  }

  /** Escapes also what is marked as safe. */
  public static Str escapeText(Str text, Render render) {
    TextBuilder out = new TextBuilder(render);
    int plain = 0;
    for (int at = 0; at < text.text().length(); at++) {
      String escaped = escape(text.text().charAt(at));
      if (escaped != null) {
        out.append(text, plain, at);
        out.append(escaped, text.slice(at, at + 1).origin());
        plain = at + 1;
      }
    }
    return out.append(text, plain, text.text().length()).toStr().withMarkup(true);
  }

  private static String escape(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '\'' -> "&#39;";
      case '"' -> "&#34;";
      default -> null;
    };
  }
}
