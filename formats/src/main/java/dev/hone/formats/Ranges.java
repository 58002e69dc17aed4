package dev.hone.formats;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A set of whole numbers from 0, few of whose neighbours are missing: pack numbers, versions of a
 * table. As text it is short: {@code 0-119, 131, 140-163}.
 *
 * <pre>{@code
 * Ranges.of(List.of(3L, 0L, 1L, 2L, 7L)).toString()   "0-3, 7"
 * Ranges.parse("0-3, 7").size()                       5
 * }</pre>
 *
 * @param ranges ascending, with a gap between each two
 */
public record Ranges(List<Range> ranges) {
  private static final String SEPARATOR = ", ";

  /**
   * Numbers that follow each other.
   *
   * @param first the lowest
   * @param last the highest
   */
  public record Range(long first, long last) {
    @Override
    public String toString() {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
  }

  public Ranges {
    ranges = List.copyOf(ranges);
  }

  /** The set of some numbers, in any order. */
  public static Ranges of(Collection<Long> numbers) {
    List<Range> ranges = new ArrayList<>();
    long[] ascending = numbers.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
    for (int from = 0; from < ascending.length; ) {
      int to = from;
      while (to + 1 < ascending.length && ascending[to + 1] == ascending[to] + 1) {
        to++;
      }
      ranges.add(new Range(ascending[from], ascending[to]));
      from = to + 1;
    }
    return new Ranges(ranges);
  }

  /**
   * Reads the text that {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is another one
   */
  public static Ranges parse(String text) {
    if (text.isBlank()) {
      return new Ranges(List.of());
    }
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(SEPARATOR, -1)) {
      String[] ends = part.split("-", -1);
      if (ends.length > 2) {
        throw new IllegalArgumentException("'" + part + "' is no range");
      }
      ranges.add(new Range(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1])));
    }
    return new Ranges(ranges);
  }

  /** How many numbers there are. */
  public long size() {
    return ranges.stream().mapToLong(range -> range.last() - range.first() + 1).sum();
  }

  /** All of them, ascending. */
  public LongStream numbers() {
    return ranges.stream().flatMapToLong(r -> LongStream.rangeClosed(r.first(), r.last()));
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(SEPARATOR));
  }
}
