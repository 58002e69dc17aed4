package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Limits;
import dev.hone.formats.template.jinja.core.TemplateException;

/**
 * What a missing variable or attribute gives: it prints as nothing, is false and empty, and fails
 * when anything else is done with it.
 */
public final class Undefined extends Value {
  private final String hint;
  private final Value owner;
  private final Value key;
  private final boolean unsafe;

  private Undefined(String hint, Value owner, Value key, boolean unsafe) {
    this.hint = hint;
    this.owner = owner;
    this.key = key;
    this.unsafe = unsafe;
  }

  /** A variable that does not exist. */
  public static Undefined variable(String name) {
    return new Undefined("'" + name + "' is undefined", null, null, false);
  }

  /** A missing attribute, key or index. */
  public static Undefined element(Value owner, Value key) {
    return new Undefined(null, owner, key, false);
  }

  /** Something that the sandbox keeps from the template. */
  public static Undefined unsafe(Value owner, String attribute) {
    return new Undefined(
        "access to attribute '%s' of '%s' object is unsafe.".formatted(attribute, owner.type()),
        null,
        null,
        true);
  }

  /** Undefined for a reason of its own. */
  public static Undefined because(String hint) {
    return new Undefined(hint, null, null, false);
  }

  /** What using it throws. */
  public TemplateException failure() {
    return TemplateException.of(unsafe ? "SecurityError" : "UndefinedError", message());
  }

  private String message() {
    if (hint != null) {
      return hint;
    }
    String object = owner instanceof None ? "None" : owner.type() + " object";
    // The limits of the render are those of the value's use, which has failed already.
    return key instanceof Str name
        ? "'%s' has no attribute %s".formatted(object, quoted(name))
        : "%s has no element %s".formatted(object, quoted(key));
  }

  private static String quoted(Value value) {
    return value.reprText(new Render(Limits.DEFAULT));
  }

  @Override
  public String type() {
    return "Undefined";
  }

  @Override
  public boolean truth() {
    return false;
  }

  @Override
  public int length() {
    return 0;
  }

  @Override
  public Iter iterate(Render render) {
    return new Iter("generator") {
      @Override
      public Value next() {
        return null;
      }
    };
  }

  @Override
  public void repr(TextBuilder out) {
    out.append("Undefined", null);
  }

  @Override
  public Str str(Render render) {
    return Str.EMPTY;
  }
}
