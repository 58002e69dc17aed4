package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.operator.Subscript;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Namespace;
import dev.hone.formats.template.jinja.value.Real;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.Map;
import java.util.Set;

/**
 * {@code owner.name} and {@code owner[key]} as Jinja's sandbox looks them up: a dot prefers methods
 * and then takes keys, brackets the other way round; methods that change a list or a dict, and
 * names that begin with an underscore, are there but cannot be used.
 */
public final class Attributes {
  private static final Set<String> INTERNAL =
      Set.of(
          "__class__",
          "__init__",
          "__doc__",
          "__dir__",
          "__eq__",
          "__ne__",
          "__hash__",
          "__str__",
          "__repr__",
          "__new__",
          "__reduce__",
          "__reduce_ex__",
          "__setattr__",
          "__delattr__",
          "__getattribute__",
          "__format__",
          "__sizeof__",
          "__subclasshook__",
          "__init_subclass__",
          "__lt__",
          "__le__",
          "__gt__",
          "__ge__");
  private static final Set<String> OF_CONTAINERS =
      Set.of("__len__", "__getitem__", "__contains__", "__iter__");

  private Attributes() {}

  /** {@code owner.name}. */
  public static Value attribute(Value owner, String name, Render render) {
    Value found = own(owner, name);
    if (found == null) {
      found =
          owner instanceof Dict dict ? dict.get(name) : Subscript.item(owner, key(name), render);
    }
    return found != null ? found : Undefined.element(owner, key(name));
  }

  /** {@code owner[key]}. */
  public static Value item(Value owner, Value key, Render render) {
    Value found = Subscript.item(owner, key, render);
    if (found == null && key instanceof Str name) {
      found = own(owner, name.text());
    }
    return found != null ? found : Undefined.element(owner, key);
  }

  /** Whether a value has an attribute of its own; keys do not count. */
  static boolean has(Value owner, String name) {
    return own(owner, name) != null;
  }

  private static Value key(String name) {
    return Str.of(name, null);
  }

  /** An attribute of the value itself, what the sandbox makes of it, or null. */
  private static Value own(Value owner, String name) {
    if (name.startsWith("_")) {
      return isInternal(owner, name) ? Undefined.unsafe(owner, name) : null;
    }
    if (owner instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Value attribute = owner.attribute(name);
    if (attribute != null) {
      return attribute;
    }
    if (changes(owner, name)) {
      return Undefined.unsafe(owner, name);
    }
    Builtin method = methods(owner).get(name);
    return method == null ? NumberMethods.property(owner, name) : new BoundMethod(owner, method);
  }

  private static boolean isInternal(Value owner, String name) {
    boolean container = owner.length() >= 0;
    return (!(owner instanceof Namespace) && INTERNAL.contains(name))
        || (container && OF_CONTAINERS.contains(name))
        || (owner instanceof Callable && name.equals("__call__"));
  }

  private static boolean changes(Value owner, String name) {
    return owner instanceof Dict
        ? DictMethods.CHANGING.contains(name)
        : owner instanceof Seq seq && !seq.isTuple() && SeqMethods.CHANGING.contains(name);
  }

  private static Map<String, Builtin> methods(Value owner) {
    if (owner instanceof Str) {
      return StrMethods.TABLE;
    }
    if (owner instanceof Dict) {
      return DictMethods.TABLE;
    }
    if (owner instanceof Seq seq) {
      return seq.isTuple() ? SeqMethods.OF_TUPLES : SeqMethods.OF_LISTS;
    }
    if (owner instanceof Int) {
      return NumberMethods.OF_INTS;
    }
    return owner instanceof Real ? NumberMethods.OF_FLOATS : Map.of();
  }
}
