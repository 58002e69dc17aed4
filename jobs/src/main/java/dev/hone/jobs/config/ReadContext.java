package dev.hone.jobs.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the reading of one configuration shares.
 *
 * @param environment what {@code ${NAME}} resolves to
 * @param withoutEffect keys that were accepted and have no effect, by reason
 */
record ReadContext(
    Problems problems,
    Map<String, String> environment,
    Map<String, TreeSet<String>> withoutEffect) {

  ReadContext(Map<String, String> environment) {
    this(new Problems(), environment, new LinkedHashMap<>());
  }

  void noEffect(String key, String reason) {
    withoutEffect.computeIfAbsent(reason, unused -> new TreeSet<>()).add(key);
  }

  /** The one notice on keys without effect; empty if there is none. */
  List<String> notices() {
    if (withoutEffect.isEmpty()) {
      return List.of();
    }
    return List.of(
        "accepted without effect here: "
            + withoutEffect.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue()) + " (" + entry.getKey() + ")")
                .collect(Collectors.joining("; ")));
  }
}
