package dev.hone.ingest;

import dev.hone.formats.Sha256;

/**
 * The identity of a record: the first 32 hexadecimal digits of the SHA-256 of dataset, source name,
 * source version and ordinal, a line each.
 *
 * <p>The name of a file is its path relative to the dataset's path, so a corpus that is moved, or
 * mirrored with its modification times, keeps its ids. A file that is written again gets new ones,
 * even where its records are the same: what was trained stays traceable to what was read.
 */
final class RecordIds {
  private static final int DIGITS = 32;

  private RecordIds() {}

  static String of(String dataset, String name, String version, long ordinal) {
    return Sha256.hex(dataset + "\n" + name + "\n" + version + "\n" + ordinal).substring(0, DIGITS);
  }
}
