package dev.hone.formats.template.jinja.core;

import java.io.Serial;

/**
 * A template that cannot be parsed or rendered.
 *
 * <p>{@link #kind()} is the name of the exception that Python's Jinja would raise: {@code
 * TemplateSyntaxError}, {@code TemplateAssertionError}, {@code TemplateRuntimeError}, {@code
 * TemplateError} (from {@code raise_exception}), {@code UndefinedError}, {@code SecurityError},
 * {@code TypeError}, {@code ValueError} and so on; {@code LimitError} means that a bound of {@link
 * Limits} was reached, which Python does not have.
 */
public final class TemplateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String kind;
  private final int line;

  private TemplateException(String kind, String message, int line) {
    super(message);
    this.kind = kind;
    this.line = line;
  }

  public static TemplateException of(String kind, String message) {
    return new TemplateException(kind, message, 0);
  }

  public static TemplateException syntax(String message, int line) {
    return new TemplateException("TemplateSyntaxError", message, line);
  }

  /** Breaks a rule that is checked before rendering, such as the name of a filter. */
  public static TemplateException assertion(String message, int line) {
    return new TemplateException("TemplateAssertionError", message, line);
  }

  public static TemplateException type(String message) {
    return of("TypeError", message);
  }

  public static TemplateException value(String message) {
    return of("ValueError", message);
  }

  public static TemplateException limit(String message) {
    return of("LimitError", message);
  }

  public static TemplateException recursion() {
    return of("RecursionError", "maximum recursion depth exceeded");
  }

  /** The same failure, known to have happened at this line of the template. */
  public TemplateException at(int knownLine) {
    if (line > 0) {
      return this;
    }
    TemplateException located = new TemplateException(kind, getMessage(), knownLine);
    located.setStackTrace(getStackTrace());
    return located;
  }

  /** Name of the exception in Python. */
  public String kind() {
    return kind;
  }

  /** Line of the template, from 1; 0 if unknown. */
  public int line() {
    return line;
  }
}
