package dev.hone.jobs.config;

import dev.hone.ingest.TableRead;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the keys of an entry whose path is a table.
 *
 * <pre>
 * version: 17                             that version, whatever comes after it
 * timestamp: 2026-11-01                   the version of that moment, in UTC
 * row_key: id                             documents say which row they are of
 * row_key: id, follow: true               what changes is read, and nothing else
 * </pre>
 */
final class TableKeys {
  private static final String VERSION = "version";
  private static final String TIMESTAMP = "timestamp";
  private static final String ROW_KEY = "row_key";
  private static final String FOLLOW = "follow";

  private final Section section;

  TableKeys(Section section) {
    this.section = section;
  }

  /** How the table is read; {@link TableRead#NEWEST} without the keys, or after a problem. */
  TableRead read() {
    Optional<Integer> version = section.integer(VERSION);
    Optional<Instant> timestamp = section.text(TIMESTAMP).flatMap(this::instant);
    List<String> rowKey = section.words(ROW_KEY);
    boolean follow = section.flag(FOLLOW);
    if (version.isPresent() && section.given(TIMESTAMP)) {
      section.problem(
          TIMESTAMP, "says which version is read, as version does; remove one of the two");
      return TableRead.NEWEST;
    }
    if (besideTrigger() || (follow && !followable(rowKey))) {
      return TableRead.NEWEST;
    }
    return new TableRead(
        version.map(OptionalLong::of).orElse(OptionalLong.empty()), timestamp, rowKey, follow);
  }

  private boolean besideTrigger() {
    for (String key : List.of(VERSION, TIMESTAMP, ROW_KEY, FOLLOW)) {
      if (section.given("trigger") && section.given(key)) {
        section.problem(
            key,
            "is for tables, which are looked at each time they are ingested; remove trigger, which is for folders");
        return true;
      }
    }
    return false;
  }

  private boolean followable(List<String> rowKey) {
    for (String pin : List.of(VERSION, TIMESTAMP)) {
      if (section.given(pin)) {
        section.problem(FOLLOW, "a version does not change; remove follow, or " + pin);
        return false;
      }
    }
    if (rowKey.isEmpty()) {
      section.problem(
          FOLLOW,
          "a change must say which row it is of; add row_key: with the columns that tell every row from all others");
    }
    return !rowKey.isEmpty();
  }

  private Optional<Instant> instant(String text) {
    String written = text.strip().toUpperCase(Locale.ROOT).replaceFirst("(\\d) (\\d)", "$1T$2");
    try {
      if (!written.contains("T")) {
        return Optional.of(LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      return Optional.of(
          written.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
              ? OffsetDateTime.parse(written).toInstant()
              : LocalDateTime.parse(written).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      section.problem(
          TIMESTAMP,
          "'%s' is no moment; write one such as 2026-11-01 or 2026-11-01T06:30:00Z"
              .formatted(text));
      return Optional.empty();
    }
  }
}
