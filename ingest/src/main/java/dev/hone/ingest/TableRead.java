package dev.hone.ingest;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a table is read. A Delta table can be pinned to one of its versions, or followed: then its
 * inserts, updates and deletes arrive one by one, and what did not change is not read again.
 *
 * <pre>{@code
 * DatasetSource.of("chats", "lake.chats", "chat_template").table(TableRead.pinned(17));
 * DatasetSource.of("chats", "lake.chats", "chat_template").table(TableRead.following("id"));
 * }</pre>
 *
 * @param version the Delta version that is read, and no other
 * @param timestamp the moment whose version is read; at most one of the two is given, and without
 *     both it is the newest version
 * @param rowKey columns whose values together tell a row from every other: column {@code row_key}
 * @param follow whether what changes is taken from the table's change data feed
 */
public record TableRead(
    OptionalLong version, Optional<Instant> timestamp, List<String> rowKey, boolean follow) {
  /** All of its newest version. */
  public static final TableRead NEWEST =
      new TableRead(OptionalLong.empty(), Optional.empty(), List.of(), false);

  /**
   * Checks that the values go together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public TableRead {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(timestamp, "timestamp");
    rowKey = List.copyOf(rowKey);
    boolean pinned = version.isPresent() || timestamp.isPresent();
    if ((version.isPresent() && timestamp.isPresent())
        || (follow && (pinned || rowKey.isEmpty()))) {
      throw new IllegalArgumentException(
          "version " + version + ", timestamp " + timestamp + ", rowKey " + rowKey + ", " + follow);
    }
  }

  /** Whether all of the newest version is read. */
  boolean isNewest() {
    return version.isEmpty() && timestamp.isEmpty() && !follow;
  }

  /** One version. */
  public static TableRead pinned(long version) {
    return new TableRead(OptionalLong.of(version), Optional.empty(), List.of(), false);
  }

  /** The version of a moment. */
  public static TableRead at(Instant timestamp) {
    return new TableRead(OptionalLong.empty(), Optional.of(timestamp), List.of(), false);
  }

  /** What is there now, and from then on what changes. */
  public static TableRead following(String... rowKey) {
    return new TableRead(OptionalLong.empty(), Optional.empty(), List.of(rowKey), true);
  }

  /** The same with column {@code row_key}. */
  public TableRead withRowKey(List<String> columns) {
    return new TableRead(version, timestamp, columns, follow);
  }
}
