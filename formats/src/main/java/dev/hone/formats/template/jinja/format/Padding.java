package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;

/** Widens text. What is added belongs to the text, as no other value asked for it. */
public final class Padding {
  private Padding() {}

  /**
   * The text, widened.
   *
   * @param width in code points
   * @param fill one character
   * @param align {@code <}, {@code >} or {@code ^} (the longer half to the right)
   */
  public static Str pad(Str text, long width, String fill, char align, Render render) {
    long missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    long left = align == '<' ? 0 : align == '>' ? missing : missing / 2;
    return pad(text, left, missing - left, fill, render);
  }

  /** So many characters more on each side. */
  public static Str pad(Str text, long left, long right, String fill, Render render) {
    render.characters(left);
    render.characters(right);
    return new TextBuilder(render)
        .append(fill.repeat((int) left), text.origin())
        .append(text)
        .append(fill.repeat((int) right), text.origin())
        .toStr();
  }
}
