package dev.hone.formats.template.jinja.core;

/**
 * Bounds on a template and on one render, so that a hostile template ends with an error, soon and
 * in bounded memory.
 *
 * @param source characters of the template itself
 * @param steps statements, operations, calls and loop rounds, and each 32 characters searched
 * @param characters characters of all strings built on the way; an element of a list as well, as 8
 * @param output characters of the rendered text
 * @param depth how deep calls of macros and nested values may go; a macro call counts as two
 */
public record Limits(int source, long steps, long characters, int output, int depth) {
  /** Ample for conversations of thousands of turns; reached within about half a second. */
  public static final Limits DEFAULT = new Limits(1_000_000, 2_000_000, 20_000_000, 8_000_000, 400);

  public Limits {
    if (source < 1 || steps < 1 || characters < 1 || output < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1, not source %d, steps %d, characters %d, output %d, depth %d"
              .formatted(source, steps, characters, output, depth));
    }
  }
}
