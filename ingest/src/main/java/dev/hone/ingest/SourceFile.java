package dev.hone.ingest;

import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.read.FileKind;
import java.io.Serializable;

/**
 * One source of a dataset: a file, a table or a query.
 *
 * @param source value of column {@code source}
 * @param name what identifies it inside the dataset: the path of a file relative to the dataset's,
 *     the name of a table, the text of a query
 * @param version value of column {@code source_version}
 * @param kind what a file holds
 * @param size of a file in bytes
 * @param wholeOnly whether one task must read it, because it is compressed
 */
record SourceFile(
    String source, String name, String version, FileKind kind, long size, boolean wholeOnly)
    implements Serializable {

  /** The source in its version, as the tables name it. */
  Version inVersion() {
    return new Version(source, version);
  }

  SourceFile as(FileKind known) {
    return new SourceFile(source, name, version, known, size, wholeOnly);
  }
}
