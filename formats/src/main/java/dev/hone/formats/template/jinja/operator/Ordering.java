package dev.hone.formats.template.jinja.operator;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Num;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** {@code <}, {@code <=}, {@code >}, {@code >=}, and sorting. */
public final class Ordering {
  private Ordering() {}

  /**
   * {@code a operator b}.
   *
   * @param operator one of {@code < <= > >=}
   */
  public static boolean test(String operator, Value a, Value b, Render render) {
    render.step();
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (a instanceof Num left && b instanceof Num right) {
      int order = Equality.compare(left, right);
      return order != Integer.MIN_VALUE && holds(operator, order);
    }
    if (a instanceof Str left && b instanceof Str right) {
      render.search(Math.min(left.text().length(), right.text().length()));
      return holds(operator, compare(left.text(), right.text()));
    }
    if (a instanceof Seq left && b instanceof Seq right && left.isTuple() == right.isTuple()) {
      return test(operator, left.items(), right.items(), render);
    }
    throw TemplateException.type(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, a.type(), b.type()));
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** By code points, where Java compares UTF-16 units. */
  private static int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean above = Character.isSurrogate(x);
        return above == Character.isSurrogate(y) ? Character.compare(x, y) : above ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private static boolean test(String operator, List<Value> a, List<Value> b, Render render) {
    render.enter(1);
    int shorter = Math.min(a.size(), b.size());
    int at = 0;
    while (at < shorter && Equality.same(a.get(at), b.get(at), render)) {
      at++;
    }
    boolean holds =
        at < shorter
            ? test(operator, a.get(at), b.get(at), render)
            : holds(operator, Integer.compare(a.size(), b.size()));
    render.leave(1);
    return holds;
  }

  /**
   * Sorts like Python: stable, by {@code <} alone, so that a key that cannot be compared fails.
   * Java's own sort would want a total order, which NaN has not.
   *
   * @param keys one for each value
   */
  public static List<Value> sorted(
      List<Value> values, List<Value> keys, boolean reverse, Render render) {
    render.elements(values.size());
    BiPredicate<Integer, Integer> before =
        reverse
            ? (i, j) -> test("<", keys.get(j), keys.get(i), render)
            : (i, j) -> test("<", keys.get(i), keys.get(j), render);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      order.add(i);
    }
    List<Value> sorted = new ArrayList<>();
    mergeSort(order, before).forEach(i -> sorted.add(values.get(i)));
    return sorted;
  }

  private static List<Integer> mergeSort(
      List<Integer> order, BiPredicate<Integer, Integer> before) {
    if (order.size() < 2) {
      return order;
    }
    List<Integer> left = mergeSort(order.subList(0, order.size() / 2), before);
    List<Integer> right = mergeSort(order.subList(order.size() / 2, order.size()), before);
    List<Integer> merged = new ArrayList<>(order.size());
    int i = 0;
    int j = 0;
    while (i < left.size() && j < right.size()) {
      merged.add(before.test(right.get(j), left.get(i)) ? right.get(j++) : left.get(i++));
    }
    merged.addAll(left.subList(i, left.size()));
    merged.addAll(right.subList(j, right.size()));
    return merged;
  }
}
