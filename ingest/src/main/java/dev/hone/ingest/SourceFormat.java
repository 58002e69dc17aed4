package dev.hone.ingest;

import dev.hone.ingest.read.FileKind;
import java.util.Locale;
import java.util.Optional;

/** {@code ds_type:} of a dataset: what its files hold, where their names do not say it. */
public enum SourceFormat {
  /** By the end of the name, and for JSON by the first bytes. */
  AUTO(null),
  /** A JSON array or JSON lines; the first bytes tell. */
  JSON(FileKind.JSON),
  /** One JSON value a line. */
  JSONL(FileKind.JSON_LINES),
  PARQUET(FileKind.PARQUET),
  CSV(FileKind.CSV),
  /** One record a line. */
  TEXT(FileKind.TEXT);

  private final FileKind kind;

  SourceFormat(FileKind kind) {
    this.kind = kind;
  }

  /** The format that a configuration names. */
  public static Optional<SourceFormat> named(String name) {
    for (SourceFormat format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What a file holds, if it is not to be found out; empty for {@link #AUTO}. */
  Optional<FileKind> kind() {
    return Optional.ofNullable(kind);
  }
}
