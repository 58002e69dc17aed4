package dev.hone.packing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiPredicate;

/**
 * Cuts a sorted stream into runs of elements that belong together, holding one run at a time: what
 * a partition that Spark has sorted needs, and what bounds its memory.
 *
 * <p>Worked example: {@code 3 3 5 5 5 3} cut by equality gives {@code [3 3] [5 5 5] [3]}.
 */
final class ConsecutiveGroups<T> implements Iterator<List<T>> {
  private final Iterator<T> elements;
  private final BiPredicate<T, T> together;
  private T next;

  ConsecutiveGroups(Iterator<T> elements, BiPredicate<T, T> together) {
    this.elements = elements;
    this.together = together;
    this.next = elements.hasNext() ? elements.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public List<T> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    List<T> group = new ArrayList<>();
    T first = next;
    do {
      group.add(next);
      next = elements.hasNext() ? elements.next() : null;
    } while (next != null && together.test(first, next));
    return group;
  }
}
