package dev.hone.formats.corpus;

import java.util.List;
import java.util.stream.Stream;

/** Lists joined to one. */
final class Lists {
  private Lists() {}

  static <T> List<T> concat(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  static <T> List<T> concat(List<T> first, List<T> second, List<T> third) {
    return concat(concat(first, second), third);
  }
}
