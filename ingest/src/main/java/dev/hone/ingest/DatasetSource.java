package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One {@code datasets:} entry as ingest sees it.
 *
 * @param name value of column {@code dataset}; the warehouse mirrors one place under one name, so
 *     two entries that read differently must be named differently
 * @param path a file, a folder, a glob, an address such as {@code s3a://lake/chats}, a table, or a
 *     {@code SELECT}
 * @param type {@code type:} of the entry, see {@link CorpusFormats}
 * @param fields keys such as {@code field_messages} and the names that the rows use instead of the
 *     defaults
 * @param format what the files hold
 */
public record DatasetSource(
    String name, String path, String type, Map<String, String> fields, SourceFormat format) {
  public DatasetSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(format, "format");
    fields = Map.copyOf(fields);
  }

  /** An entry with default field names, whose files say by their names what they hold. */
  public static DatasetSource of(String name, String path, String type) {
    return new DatasetSource(name, path, type, Map.of(), SourceFormat.AUTO);
  }

  /**
   * The format of the rows.
   *
   * @throws HoneException if there is none of this type
   */
  CorpusFormat corpusFormat() {
    return CorpusFormats.named(type)
        .orElseThrow(
            () ->
                new HoneException(
                    "dataset %s: type '%s' is unknown; use one of %s"
                        .formatted(name, type, CorpusFormats.names())));
  }

  /**
   * The names of all fields, the defaults of the format included.
   *
   * @throws HoneException if a key is none of the format's
   */
  Map<String, String> allFields() {
    Map<String, String> all = new TreeMap<>(corpusFormat().fields());
    fields.forEach(
        (key, value) -> {
          if (all.replace(key, value) == null) {
            throw new HoneException(
                "dataset %s: type '%s' has no key %s; it has %s"
                    .formatted(name, type, key, all.keySet()));
          }
        });
    return all;
  }

  /**
   * A short hash of how the rows are read; part of the version of every source, so that other
   * settings read it anew.
   */
  String rules() {
    return Sha256.hex(type + "\n" + allFields() + "\n" + format).substring(0, 8);
  }
}
