package dev.hone.packing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * Assigns the encoded samples of a task to packs, window by window: takes them in position order
 * and gives them in the order in which packs are laid down, each with the number of its pack in its
 * window. Holds the samples of one window.
 *
 * <p>Worked example, capacity 10, one window: samples of 6, 7 and 4 tokens at positions 0, 1 and 2
 * are given as 0 (pack 0), 2 (pack 0), 1 (pack 1).
 */
final class PlannedSamples implements Iterator<Row> {
  private final Iterator<Row> encoded;
  private final PackRules rules;
  private final PackWindow window;

  /** Packs of the window so far, by split: a window that is cut goes on counting. */
  private final Map<String, Integer> packs = new HashMap<>();

  /** What cuts the samples of a split, under {@link Wrapped}. */
  private final Map<String, WrappedRows> cuts = new HashMap<>();

  private Iterator<Row> planned = List.<Row>of().iterator();
  private Row next;
  private long current = Long.MIN_VALUE;

  /**
   * @param encoded rows of {@link EncodedRows#SCHEMA} in position order
   */
  PlannedSamples(Iterator<Row> encoded, PackRules rules, PackWindow window) {
    this.encoded = encoded;
    this.rules = rules;
    this.window = window;
    this.next = encoded.hasNext() ? encoded.next() : null;
  }

  @Override
  public boolean hasNext() {
    return planned.hasNext() || next != null;
  }

  @Override
  public Row next() {
    if (!planned.hasNext()) {
      if (next == null) {
        throw new NoSuchElementException();
      }
      planned = plan(take()).iterator();
    }
    return planned.next();
  }

  /** The rows of the next window, or of as much of it as may be held. */
  private List<Row> take() {
    long number = number(next);
    if (number != current) {
      packs.clear();
      current = number;
    }
    List<Row> rows = new ArrayList<>();
    long tokens = 0;
    do {
      rows.add(next);
      tokens += EncodedRows.length(next);
      next = encoded.hasNext() ? encoded.next() : null;
    } while (next != null
        && number(next) == current
        && (tokens < window.tokens() || isOfSameDocument(next, rows.get(rows.size() - 1))));
    return rows;
  }

  /** Answers of one document are planned together. */
  private static boolean isOfSameDocument(Row row, Row before) {
    return EncodedRows.isAnswer(row) && EncodedRows.position(row) == EncodedRows.position(before);
  }

  private long number(Row row) {
    return EncodedRows.position(row) / window.positions();
  }

  private List<Row> plan(List<Row> rows) {
    List<Row> result = new ArrayList<>(rows.size());
    Map<String, List<Row>> bySplit = new HashMap<>();
    for (Row row : rows) {
      if (EncodedRows.isRefused(row)) {
        result.add(EncodedRows.planned(row, current, EncodedRows.NO_PACK));
      } else {
        bySplit.computeIfAbsent(EncodedRows.split(row), split -> new ArrayList<>()).add(row);
      }
    }
    bySplit.forEach((split, samples) -> plan(split, samples, result));
    return result;
  }

  private void plan(String split, List<Row> whole, List<Row> result) {
    List<Row> samples =
        rules.strategy() instanceof Wrapped
            ? cuts.computeIfAbsent(split, s -> new WrappedRows(rules.capacity())).cut(whole)
            : whole;
    List<List<Row>> units = units(samples);
    int before = packs.getOrDefault(split, 0);
    int[] pack =
        rules
            .strategy()
            .assign(
                units.stream()
                    .mapToInt(unit -> unit.stream().mapToInt(EncodedRows::length).sum())
                    .toArray(),
                rules.capacity());
    List<Integer> order = new ArrayList<>();
    int last = 0;
    for (int i = 0; i < pack.length; i++) {
      order.add(i);
      last = Math.max(last, pack[i]);
    }
    order.sort(Comparator.comparingInt(i -> pack[i])); // stable: by position inside a pack
    for (int i : order) {
      units.get(i).forEach(row -> result.add(EncodedRows.planned(row, current, before + pack[i])));
    }
    packs.put(split, before + last + 1);
  }

  /** What is packed as a whole: a sample, or the answers of one document. */
  private static List<List<Row>> units(List<Row> samples) {
    List<List<Row>> units = new ArrayList<>();
    Row before = null;
    for (Row row : samples) {
      if (before == null || !isOfSameDocument(row, before)) {
        units.add(new ArrayList<>());
      }
      units.get(units.size() - 1).add(row);
      before = row;
    }
    return units;
  }
}
