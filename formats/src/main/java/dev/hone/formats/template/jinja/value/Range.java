package dev.hone.formats.template.jinja.value;

import java.util.AbstractList;
import java.util.List;

/** {@code range(start, stop, step)}. */
public final class Range extends Value {
  private final long start;
  private final long stop;
  private final long step;
  private final int length;

  /** The length must fit an int. */
  public Range(long start, long stop, long step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = (int) length(start, stop, step);
  }

  /** How many numbers a range has; at most {@code Long.MAX_VALUE}. */
  public static long length(long start, long stop, long step) {
    if (step > 0 ? start >= stop : start <= stop) {
      return 0;
    }
    // The distance of two longs fits an unsigned long.
    long distance = step > 0 ? stop - start - 1 : start - stop - 1;
    long stride = step > 0 ? step : -step;
    long count = Long.divideUnsigned(distance, stride);
    return count < 0 || count == Long.MAX_VALUE ? Long.MAX_VALUE : count + 1;
  }

  /** The numbers. */
  public List<Value> items() {
    return new AbstractList<>() {
      @Override
      public Value get(int index) {
        return Int.of(start + index * step);
      }

      @Override
      public int size() {
        return length;
      }
    };
  }

  /** The numbers from one index to another, as a slice has them. */
  public Range slice(int from, int to, int stride) {
    return new Range(start + from * step, start + to * step, step * stride);
  }

  @Override
  public String type() {
    return "range";
  }

  @Override
  public boolean truth() {
    return length > 0;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Iter iterate(Render render) {
    return Iter.of("range_iterator", items().iterator(), render);
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "start" -> Int.of(start);
      case "stop" -> Int.of(stop);
      case "step" -> Int.of(step);
      default -> null;
    };
  }

  @Override
  public void repr(TextBuilder out) {
    out.append(
        step == 1
            ? "range(%d, %d)".formatted(start, stop)
            : "range(%d, %d, %d)".formatted(start, stop, step),
        null);
  }
}
