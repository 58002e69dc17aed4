package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.eval.Code.Target;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.Namespace;
import dev.hone.formats.template.jinja.value.Value;

/** Code of what stands to the left of an equals sign, or after {@code for}. */
final class Targets {
  private Targets() {}

  static Target compile(Expr target, Place place) {
    if (target instanceof Expr.Name name) {
      Symbols.Slot slot = place.symbols().slot(name.name());
      int hops = place.hops(slot);
      int index = slot.index();
      return (frame, value) -> frame.out(hops).slots[index] = value;
    }
    if (target instanceof Expr.NamespaceRef ref) {
      Symbols.Slot slot = place.symbols().slot(ref.name());
      int hops = place.hops(slot);
      return (frame, value) -> set(frame.out(hops).slots[slot.index()], ref.attribute(), value);
    }
    Target[] parts =
        target.children().stream().map(part -> compile((Expr) part, place)).toArray(Target[]::new);
    return (frame, value) -> unpack(parts, value, frame);
  }

  private static void set(Value owner, String attribute, Value value) {
    if (!(owner instanceof Namespace namespace)) {
      throw TemplateException.type(
          "'%s' object does not support item assignment"
              .formatted(owner == null ? "_MissingType" : owner.type()));
    }
    namespace.set(attribute, value);
  }

  /** A check that all attributes to be set are those of namespaces, before anything is computed. */
  static Eval check(Expr target, Place place) {
    if (target instanceof Expr.NamespaceRef ref) {
      return namespace(ref, place);
    }
    Eval[] checks =
        target.children().stream().map(part -> check((Expr) part, place)).toArray(Eval[]::new);
    return frame -> {
      for (Eval check : checks) {
        check.eval(frame);
      }
      return null;
    };
  }

  private static Eval namespace(Expr.NamespaceRef ref, Place place) {
    Symbols.Slot slot = place.symbols().slot(ref.name());
    int hops = place.hops(slot);
    return frame -> {
      Value value = frame.out(hops).slots[slot.index()];
      if (value instanceof Namespace) {
        return value;
      }
      throw TemplateException.of(
          "TemplateRuntimeError", "cannot assign attribute on non-namespace object");
    };
  }

  private static void unpack(Target[] parts, Value value, Frame frame) {
    Iter items;
    try {
      items = value.iterate(frame.render);
    } catch (TemplateException e) {
      throw e.kind().equals("TypeError")
          ? TemplateException.type("cannot unpack non-iterable " + value.type() + " object")
          : e;
    }
    Value[] values = new Value[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = items.next();
      if (values[i] == null) {
        throw TemplateException.value(
            "not enough values to unpack (expected %d, got %d)".formatted(parts.length, i));
      }
    }
    if (items.next() != null) {
      throw TemplateException.value(
          "too many values to unpack (expected %d)".formatted(parts.length));
    }
    for (int i = 0; i < parts.length; i++) {
      parts[i].assign(frame, values[i]);
    }
  }
}
