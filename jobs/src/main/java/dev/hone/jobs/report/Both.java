package dev.hone.jobs.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The same thing of two runs, where they have it. */
record Both<T>(Optional<T> a, Optional<T> b) {

  static <T> Both<T> of(T a, T b) {
    return new Both<>(Optional.of(a), Optional.of(b));
  }

  /** What is said of both. */
  <R> Both<R> map(Function<? super T, ? extends R> what) {
    return new Both<>(a.map(what), b.map(what));
  }

  /** The same of something that not every one has. */
  <R> Both<R> flatMap(Function<? super T, Optional<R>> what) {
    return new Both<>(a.flatMap(what), b.flatMap(what));
  }

  boolean isEmpty() {
    return a.isEmpty() && b.isEmpty();
  }

  /** Whether one has it and the other not, or both have another. */
  boolean isDifferent() {
    return !a.equals(b);
  }

  /** By their keys: those of the first in its order, then those that only the second has. */
  static <T> Map<String, Both<T>> byKey(Map<String, T> a, Map<String, T> b) {
    Map<String, Both<T>> both = new LinkedHashMap<>();
    a.forEach((key, value) -> both.put(key, new Both<>(Optional.of(value), at(b, key))));
    b.forEach(
        (key, value) -> both.putIfAbsent(key, new Both<>(Optional.empty(), Optional.of(value))));
    return both;
  }

  private static <T> Optional<T> at(Map<String, T> map, String key) {
    return Optional.ofNullable(map.get(key));
  }
}
