package dev.hone.formats.template.jinja.core;

/**
 * Bounds on one render, so that a hostile template ends with an error, soon and in bounded memory.
 *
 * @param steps statements, operations, calls and loop rounds, and each 32 characters searched
 * @param characters characters of all strings built on the way; an element of a list as well, as 8
 * @param output characters of the rendered text
 * @param depth how deep calls of macros and nested values may go; a macro call counts as two
 */
public record Limits(long steps, long characters, int output, int depth) {
  /** Ample for conversations of thousands of turns; reached within about half a second. */
  public static final Limits DEFAULT = new Limits(2_000_000, 40_000_000, 8_000_000, 400);

  public Limits {
    if (steps < 1 || characters < 1 || output < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1, not steps %d, characters %d, output %d, depth %d"
              .formatted(steps, characters, output, depth));
    }
  }
}
