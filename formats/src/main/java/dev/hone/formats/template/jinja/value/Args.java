package dev.hone.formats.template.jinja.value;

import java.util.List;
import java.util.Map;

/**
 * Arguments of a call.
 *
 * @param positional in order
 * @param named in the order of the call
 */
public record Args(List<Value> positional, Map<String, Value> named) {
  public static final Args NONE = new Args(List.of(), Map.of());

  public static Args of(Value... positional) {
    return new Args(List.of(positional), Map.of());
  }
}
