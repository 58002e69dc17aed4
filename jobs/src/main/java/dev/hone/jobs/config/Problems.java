package dev.hone.jobs.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects problems, so that all of them are reported at once. */
final class Problems {
  private record At(Location location, Problem problem) {}

  private final List<At> found = new ArrayList<>();

  void add(Location location, String key, String message) {
    found.add(new At(location, new Problem(location.toString(), key, message)));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends the reading if there is any.
   *
   * @throws ConfigException with all of them in the order of the file
   */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(
          found.stream()
              .sorted(
                  Comparator.comparing((At at) -> at.location().line() == 0)
                      .thenComparingInt(at -> at.location().line()))
              .map(At::problem)
              .distinct()
              .toList());
    }
  }
}
