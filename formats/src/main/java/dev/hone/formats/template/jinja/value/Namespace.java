package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.TemplateException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace(a=1)}: the one value whose attributes {@code set} can change. */
public final class Namespace extends Value {
  private final Map<String, Value> attributes = new LinkedHashMap<>();

  /** Sets an attribute. */
  public void set(String name, Value value) {
    if (name.startsWith("_")) {
      throw TemplateException.of(
          "SecurityError",
          "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '%s'. Please rename the attribute."
              .formatted(name));
    }
    attributes.put(name, value);
  }

  @Override
  public Value attribute(String name) {
    return attributes.get(name);
  }

  @Override
  public String type() {
    return "TemplateNamespace";
  }

  @Override
  public void repr(TextBuilder out) {
    out.render().enter(1);
    out.append("<Namespace {", null);
    String separator = "";
    for (Map.Entry<String, Value> attribute : attributes.entrySet()) {
      out.append(separator, null);
      Str.of(attribute.getKey(), null).repr(out);
      out.append(": ", null);
      attribute.getValue().repr(out);
      separator = ", ";
    }
    out.append("}>", null);
    out.render().leave(1);
  }
}
