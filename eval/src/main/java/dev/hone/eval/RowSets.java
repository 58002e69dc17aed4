package dev.hone.eval;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether two queries returned the same. Columns are compared by their place, and their names not
 * at all; rows as often as they occur, in any order unless one is asked for. In a column with a
 * fraction on either side numbers may differ by a millionth of the larger, or by 1e-9; a whole
 * number is there equal to a fraction of that value. Anything else has to be equal.
 *
 * <p>Worked example: [[1, 0.3], [2, null]] and [[2, null], [1, 0.30000000000000004]] are the same
 * unless the order counts; [[1], [1]] and [[1]] are not.
 */
public final class RowSets {
  private static final double RELATIVE = 1e-6;
  private static final double ABSOLUTE = 1e-9;

  private RowSets() {}

  /**
   * What differs, in one line; empty if nothing does.
   *
   * @param ordered whether rows have to come in the same order
   */
  public static Optional<String> difference(
      List<List<Object>> expected, List<List<Object>> found, boolean ordered) {
    int columns = columns(expected, columns(found, 0));
    if (found.size() != expected.size()) {
      return Optional.of("%d rows, not %d".formatted(found.size(), expected.size()));
    }
    if (columns(found, columns) != columns) {
      return Optional.of("%d columns, not %d".formatted(columns(found, columns), columns));
    }
    boolean[] fractions = new boolean[columns];
    for (List<List<Object>> rows : List.of(expected, found)) {
      for (List<Object> row : rows) {
        for (int c = 0; c < columns; c++) {
          fractions[c] |= isFraction(row.get(c));
        }
      }
    }
    return ordered
        ? inOrder(expected, found, fractions)
        : inGroups(grouped(expected, fractions), grouped(found, fractions));
  }

  private static int columns(List<List<Object>> rows, int ifNone) {
    return rows.isEmpty() ? ifNone : rows.get(0).size();
  }

  private static Optional<String> inOrder(
      List<List<Object>> expected, List<List<Object>> found, boolean[] fractions) {
    for (int r = 0; r < expected.size(); r++) {
      List<Object> wanted = expected.get(r);
      List<Object> row = found.get(r);
      if (!key(wanted, fractions).equals(key(row, fractions))
          || !close(numbers(wanted, fractions), numbers(row, fractions))) {
        return Optional.of("row %d is %s, not %s".formatted(r + 1, row, wanted));
      }
    }
    return Optional.empty();
  }

  /** Rows that agree in all but their fractions, by these. */
  private static Map<List<Object>, List<double[]>> grouped(
      List<List<Object>> rows, boolean[] fractions) {
    Map<List<Object>, List<double[]>> groups = new HashMap<>();
    for (List<Object> row : rows) {
      groups
          .computeIfAbsent(key(row, fractions), key -> new ArrayList<>())
          .add(numbers(row, fractions));
    }
    groups.values().forEach(group -> group.sort(BY_NUMBERS));
    return groups;
  }

  private static Optional<String> inGroups(
      Map<List<Object>, List<double[]>> expected, Map<List<Object>, List<double[]>> found) {
    for (Map.Entry<List<Object>, List<double[]>> group : expected.entrySet()) {
      if (!paired(group.getValue(), found.getOrDefault(group.getKey(), List.of()))) {
        return Optional.of("other rows");
      }
    }
    return Optional.empty();
  }

  /** Looks for each row near its place, as both are sorted, but not only there. */
  private static boolean paired(List<double[]> expected, List<double[]> found) {
    int n = expected.size();
    boolean[] taken = new boolean[n];
    for (int r = 0; r < n && found.size() == n; r++) {
      int tried = 0;
      while (tried < n
          && (taken[(r + tried) % n] || !close(expected.get(r), found.get((r + tried) % n)))) {
        tried++;
      }
      if (tried == n) {
        return false;
      }
      taken[(r + tried) % n] = true;
    }
    return found.size() == n;
  }

  private static final Comparator<double[]> BY_NUMBERS =
      (a, b) -> {
        for (int i = 0; i < a.length; i++) {
          int order = Double.compare(a[i], b[i]);
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  /** What has to be equal of a row; of fractions only whether they are there. */
  private static List<Object> key(List<Object> row, boolean[] fractions) {
    List<Object> key = new ArrayList<>();
    for (int c = 0; c < fractions.length; c++) {
      Object value = row.get(c);
      if (value instanceof Number number) {
        key.add(fractions[c] ? Number.class : (Object) number.longValue());
      } else {
        key.add(value);
      }
    }
    return key;
  }

  private static double[] numbers(List<Object> row, boolean[] fractions) {
    double[] numbers = new double[fractions.length];
    for (int c = 0; c < fractions.length; c++) {
      numbers[c] = fractions[c] && row.get(c) instanceof Number number ? number.doubleValue() : 0;
    }
    return numbers;
  }

  private static boolean close(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      double apart = Math.abs(a[i] - b[i]);
      double larger = Math.max(Math.abs(a[i]), Math.abs(b[i]));
      boolean equal = Double.compare(a[i], b[i]) == 0; // infinities, and what is no number
      if (!equal && !(apart <= Math.max(ABSOLUTE, RELATIVE * larger))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFraction(Object value) {
    return value instanceof Double || value instanceof Float || value instanceof BigDecimal;
  }
}
