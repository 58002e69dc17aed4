package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.Arrays;

/** Origins of a text, run by run: run i covers the UTF-16 units from end(i - 1) to end(i). */
public final class Trace {
  private final int[] ends;
  private final Origin[] origins;

  Trace(int[] ends, Origin[] origins) {
    this.ends = ends;
    this.origins = origins;
  }

  public int size() {
    return ends.length;
  }

  public int end(int run) {
    return ends[run];
  }

  public Origin origin(int run) {
    return origins[run];
  }

  /** The run that covers an offset. */
  public int at(int offset) {
    int found = Arrays.binarySearch(ends, offset + 1);
    return found >= 0 ? found : -found - 1;
  }

  /** The part between two offsets; null and the single origin are told apart by the caller. */
  Trace slice(int from, int to) {
    int first = at(from);
    int last = at(to - 1);
    int[] sliced = new int[last - first + 1];
    for (int run = first; run <= last; run++) {
      sliced[run - first] = Math.min(ends[run], to) - from;
    }
    return new Trace(sliced, Arrays.copyOfRange(origins, first, last + 1));
  }

  /** The first origin that is not the template; the first of all if every one is. */
  Origin main() {
    for (Origin origin : origins) {
      if (origin.kind() != Origin.Kind.TEMPLATE) {
        return origin;
      }
    }
    return origins[0];
  }
}
