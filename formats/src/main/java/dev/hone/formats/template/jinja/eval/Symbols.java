package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables of one part of a template: a loop's body, a macro, the whole. Jinja decides before
 * rendering which part a name belongs to, so that a {@code set} within a loop does not reach
 * outside and a name that a part never sets is looked up further out. The rules are those of
 * Jinja's idtracking.py.
 */
final class Symbols {
  /** The slots of one function's frame: of the template, a macro, or a recursive loop. */
  static final class Function {
    final Function outer;
    int slots;

    Function(Function outer) {
      this.outer = outer;
    }
  }

  /** Where a variable lives. */
  record Slot(Function function, int index) {}

  /** What a variable holds when its part is entered. */
  sealed interface Load {
    /** What the caller gives. */
    record Parameter() implements Load {}

    /** The variable of the context. */
    record Resolve(String name) implements Load {}

    /** The variable of the same name further out. */
    record Alias(Slot outer) implements Load {}

    /** Nothing yet. */
    record Missing() implements Load {}
  }

  private final Symbols parent;
  private final Function function;
  private final Map<String, Slot> allocated;
  private final Map<String, Slot> refs;
  private final Map<Slot, Load> loads;
  private final Set<String> stores;

  private Symbols(
      Symbols parent,
      Function function,
      Map<String, Slot> allocated,
      Map<String, Slot> refs,
      Map<Slot, Load> loads,
      Set<String> stores) {
    this.parent = parent;
    this.function = function;
    this.allocated = allocated;
    this.refs = refs;
    this.loads = loads;
    this.stores = stores;
  }

  /** A part within another (null for the whole template). */
  Symbols(Symbols parent, Function function) {
    this(
        parent, function, new HashMap<>(), new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
  }

  /** The same part, to be looked at branch by branch. */
  Symbols copy() {
    return new Symbols(
        parent,
        function,
        allocated,
        new HashMap<>(refs),
        new LinkedHashMap<>(loads),
        new HashSet<>(stores));
  }

  Function function() {
    return function;
  }

  Map<Slot, Load> loads() {
    return loads;
  }

  private Slot find(String name) {
    Slot own = refs.get(name);
    return own != null || parent == null ? own : parent.find(name);
  }

  /** The slot of a name that has been analysed. */
  Slot slot(String name) {
    Slot slot = find(name);
    if (slot == null) {
      throw TemplateException.of(
          "AssertionError",
          "Tried to resolve a name to a reference that was unknown to the frame ('%s')"
              .formatted(name));
    }
    return slot;
  }

  private Slot define(String name, Load load) {
    Slot slot = allocated.computeIfAbsent(name, key -> new Slot(function, function.slots++));
    refs.put(name, slot);
    loads.put(slot, load);
    return slot;
  }

  void store(String name) {
    stores.add(name);
    if (!refs.containsKey(name)) {
      Slot outer = parent == null ? null : parent.find(name);
      define(name, outer == null ? new Load.Missing() : new Load.Alias(outer));
    }
  }

  Slot parameter(String name) {
    stores.add(name);
    return define(name, new Load.Parameter());
  }

  void load(String name) {
    if (find(name) == null) {
      define(name, new Load.Resolve(name));
    }
  }

  /** Takes over what the branches of an {@code if} have seen. */
  void merge(List<Symbols> branches) {
    Set<String> fresh = new HashSet<>();
    branches.forEach(branch -> fresh.addAll(branch.stores));
    fresh.removeAll(stores);
    for (Symbols branch : branches) {
      refs.putAll(branch.refs);
      loads.putAll(branch.loads);
      stores.addAll(branch.stores);
    }
    for (String name : new ArrayList<>(fresh)) {
      Slot outer = parent == null ? null : parent.find(name);
      loads.put(find(name), outer == null ? new Load.Resolve(name) : new Load.Alias(outer));
    }
  }
}
