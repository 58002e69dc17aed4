package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Sets the variables of a part of the template when it is entered. */
final class Entry {
  @FunctionalInterface
  private interface Step {
    Value load(Frame frame);
  }

  private final int[] slots;
  private final Step[] steps;

  private Entry(int[] slots, Step[] steps) {
    this.slots = slots;
    this.steps = steps;
  }

  static Entry of(Place place) {
    List<Integer> slots = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    place
        .symbols()
        .loads()
        .forEach(
            (slot, load) -> {
              Step step = step(load, place);
              if (step != null) {
                slots.add(slot.index());
                steps.add(step);
              }
            });
    return new Entry(
        slots.stream().mapToInt(Integer::intValue).toArray(), steps.toArray(Step[]::new));
  }

  private static Step step(Symbols.Load load, Place place) {
    if (load instanceof Symbols.Load.Resolve resolve) {
      String name = resolve.name();
      return frame -> frame.rendering.resolve(name);
    }
    if (load instanceof Symbols.Load.Alias alias) {
      int hops = place.hops(alias.outer());
      int index = alias.outer().index();
      return frame -> frame.out(hops).slots[index];
    }
    return load instanceof Symbols.Load.Missing ? frame -> null : null;
  }

  void enter(Frame frame) {
    for (int i = 0; i < slots.length; i++) {
      frame.slots[slots[i]] = steps[i].load(frame);
    }
  }
}
