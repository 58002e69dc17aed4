package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.ingest.read.FileKind;
import dev.hone.ingest.read.ZstdCodec;
import dev.hone.ingest.tables.Failures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The files of a dataset, sorted by path.
 *
 * @param files what is read
 * @param ignored files of a folder whose names do not say that they hold records
 */
record FileListing(List<SourceFile> files, List<String> ignored) {

  /**
   * Lists a file, a folder with all below it, or the matches of a glob. Names that begin with a dot
   * or an underscore are markers, as everywhere in Hadoop.
   *
   * @throws HoneException if nothing is found to read
   */
  static FileListing of(DatasetSource dataset, SourcePath.Files path, Configuration hadoop) {
    List<SourceFile> files = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    CompressionCodecFactory codecs =
        new CompressionCodecFactory(ZstdCodec.register(new Configuration(hadoop)));
    boolean named = path.roots().size() == 1 && path.roots().get(0).isFile();
    try {
      for (FileStatus root : path.roots()) {
        for (FileStatus file : below(path, root)) {
          source(
                  dataset,
                  path.base(),
                  file.getPath(),
                  file.getModificationTime(),
                  file.getLen(),
                  codecs)
              .ifPresentOrElse(files::add, () -> ignored.add(file.getPath().toString()));
        }
      }
    } catch (IOException e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be listed: %s; check your access"
              .formatted(dataset.name(), dataset.path(), Failures.firstLine(e)),
          e);
    }
    if (files.isEmpty()) {
      throw new HoneException(
          "dataset %s: path '%s' %s"
              .formatted(
                  dataset.name(),
                  dataset.path(),
                  named
                      ? "does not say by its name what it holds; set ds_type to json, jsonl, parquet, csv or text"
                      : "holds no file to read (.json, .jsonl, .parquet, .csv, .txt, or those with .gz, .bz2 or .zst); put files there, or set ds_type"));
    }
    files.sort(Comparator.comparing(SourceFile::source));
    return new FileListing(List.copyOf(files), List.copyOf(ignored));
  }

  /**
   * A file as a source of a dataset; empty if its name does not say that it holds records.
   *
   * @param base the folder that its name is relative to
   * @param modified in milliseconds since 1970
   */
  static Optional<SourceFile> source(
      DatasetSource dataset,
      Path base,
      Path file,
      long modified,
      long length,
      CompressionCodecFactory codecs) {
    boolean compressed = codecs.getCodec(file) != null;
    return dataset
        .format()
        .kind()
        .or(() -> FileKind.ofName(file.getName(), compressed))
        .map(
            kind ->
                new SourceFile(
                    file.toString(),
                    base.toUri().relativize(file.toUri()).getPath(),
                    "%s,%d,%s".formatted(Instant.ofEpochMilli(modified), length, dataset.rules()),
                    kind,
                    length,
                    compressed));
  }

  private static List<FileStatus> below(SourcePath.Files path, FileStatus root) throws IOException {
    if (root.isFile()) {
      return List.of(root);
    }
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus child : path.fileSystem().listStatus(root.getPath())) {
      String name = child.getPath().getName();
      if (!name.startsWith(".") && !name.startsWith("_")) {
        files.addAll(below(path, child));
      }
    }
    return files;
  }
}
