package dev.hone.ingest.read;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/**
 * A part of a file that one task reads: all of it, or the lines that begin in a range of bytes.
 *
 * @param file number of the file in its dataset
 * @param path address of the file
 * @param kind any kind but PARQUET and JSON
 * @param start first byte
 * @param length number of bytes
 * @param firstLine lines of the file before this part
 * @param firstOrdinal records of the file before this part
 */
public record FilePart(
    int file,
    String path,
    FileKind kind,
    long start,
    long length,
    long firstLine,
    long firstOrdinal)
    implements Serializable {

  /** The same part, once it is known what comes before it. */
  public FilePart after(LineCount before) {
    return new FilePart(file, path, kind, start, length, before.lines(), before.records());
  }

  /** Counts its lines, so that the next part knows where it begins. */
  public LineCount count(Configuration hadoop) throws IOException {
    return PartLines.count(this, hadoop);
  }

  /**
   * Lines, and those that hold a record because they are not blank.
   *
   * @param lines all lines
   * @param records lines that are not blank
   */
  public record LineCount(long lines, long records) implements Serializable {
    /** Nothing. */
    public static final LineCount NONE = new LineCount(0, 0);

    /** The sum of two counts. */
    public LineCount plus(LineCount other) {
      return new LineCount(lines + other.lines, records + other.records);
    }
  }
}
