package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.value.Value;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text the name, operator or text, with the escapes of a string resolved
 * @param number value of a number; null otherwise
 * @param line from 1
 */
record Token(Kind kind, String text, Value number, int line) {
  enum Kind {
    DATA("template data / text"),
    BLOCK_BEGIN("begin of statement block"),
    BLOCK_END("end of statement block"),
    VARIABLE_BEGIN("begin of print statement"),
    VARIABLE_END("end of print statement"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    private final String description;

    Kind(String description) {
      this.description = description;
    }
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /** As error messages call it. */
  String description() {
    return kind == Kind.NAME || kind == Kind.OPERATOR ? text : kind.description;
  }
}
