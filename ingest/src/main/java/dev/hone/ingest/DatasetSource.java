package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.corpus.CorpusReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One {@code datasets:} entry as ingest sees it.
 *
 * @param name value of column {@code dataset}; the warehouse mirrors one place under one name, so
 *     two entries that read differently must be named differently
 * @param path a file, a folder, a glob, an address such as {@code s3a://lake/chats}, a table, or a
 *     {@code SELECT}
 * @param type {@code type:} of the entry, see {@link CorpusFormats}
 * @param options values other than the defaults of the format's {@code options()}
 * @param format what the files hold
 * @param landing how it is taken in if it only ever grows; empty: the warehouse mirrors it
 * @param table how it is read if it is a table
 */
public record DatasetSource(
    String name,
    String path,
    String type,
    Map<String, String> options,
    SourceFormat format,
    Optional<Landing> landing,
    TableRead table) {
  public DatasetSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(landing, "landing");
    Objects.requireNonNull(table, "table");
    options = Map.copyOf(options);
  }

  /** An entry that the warehouse mirrors. */
  public DatasetSource(
      String name, String path, String type, Map<String, String> options, SourceFormat format) {
    this(name, path, type, options, format, Optional.empty(), TableRead.NEWEST);
  }

  /** An entry with the format's defaults, whose files say by their names what they hold. */
  public static DatasetSource of(String name, String path, String type) {
    return new DatasetSource(name, path, type, Map.of(), SourceFormat.AUTO);
  }

  /** The same entry with files of another format. */
  DatasetSource withFormat(SourceFormat other) {
    return new DatasetSource(name, path, type, options, other, landing, table);
  }

  /** The same entry as a landing folder. */
  public DatasetSource landing(Landing how) {
    return new DatasetSource(name, path, type, options, format, Optional.of(how), table);
  }

  /** The same entry as a table that is read in some way. */
  public DatasetSource table(TableRead how) {
    return new DatasetSource(name, path, type, options, format, landing, how);
  }

  /**
   * What reads the rows.
   *
   * @throws HoneException if the type is unknown, or a key is none of its format's
   */
  CorpusReader reader() {
    try {
      return CorpusReader.of(type, options);
    } catch (HoneException e) {
      throw new HoneException("dataset " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * A short hash of how the rows are read; part of the version of every source, so that other
   * settings read it anew.
   */
  String rules() {
    Map<String, String> all = new TreeMap<>(reader().options());
    String rules = type + "\n" + all + "\n" + format;
    List<String> key = table.rowKey();
    return Sha256.hex(key.isEmpty() ? rules : rules + "\n" + key).substring(0, 8);
  }
}
