package dev.hone.ingest.read;

import java.util.Locale;
import java.util.Optional;

/** What is in a file. */
public enum FileKind {
  /** One JSON value a line; lines may be read from the middle of the file. */
  JSON_LINES,
  /** JSON values over several lines; the elements of an outer array are the records. */
  JSON_VALUES,
  /** One record a line, as field {@code text}. */
  TEXT,
  /** Comma-separated values under a line of names. */
  CSV,
  /** Columns; read by Spark itself. */
  PARQUET,
  /** JSON of either kind; the first bytes tell, see {@link JsonSniffer}. */
  JSON;

  /**
   * The kind of a file by the end of its name, less the end that says how it is compressed: {@code
   * chats.jsonl.gz} is JSON.
   *
   * @param compressed whether a compression codec knows the name's end
   */
  public static Optional<FileKind> ofName(String name, boolean compressed) {
    String plain = compressed ? name.substring(0, name.lastIndexOf('.')) : name;
    return switch (plain.substring(plain.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "json", "jsonl", "ndjson" -> Optional.of(JSON);
      case "txt", "text" -> Optional.of(TEXT);
      case "csv" -> Optional.of(CSV);
      case "parquet" -> Optional.of(PARQUET);
      default -> Optional.empty();
    };
  }

  /** Whether a file of this kind may be read in parts. */
  public boolean hasLines() {
    return this == JSON_LINES || this == TEXT;
  }
}
