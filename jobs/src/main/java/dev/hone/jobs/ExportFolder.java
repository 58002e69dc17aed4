package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of any Hadoop file system that an export fills. */
final class ExportFolder {
  /** Names with an underscore in front are no data for Spark and for datasets. */
  private static final String STAGING = "_staging";

  private final FileSystem files;
  private final Path root;

  private ExportFolder(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Opens a folder that is not there or is empty. What an export left that was cut off counts as
   * nothing.
   *
   * @throws HoneException if something is there, or the place cannot be reached
   */
  static ExportFolder at(String out, Configuration hadoop) {
    try {
      Path root = new Path(out);
      FileSystem files = root.getFileSystem(hadoop);
      if (files.exists(root)) {
        files.delete(new Path(root, STAGING), true);
        FileStatus[] there = files.listStatus(root);
        if (there.length > 0) {
          throw new HoneException(
              "--out: '%s' is not empty, it has '%s'; name a new or empty folder"
                  .formatted(out, there[0].getPath().getName()));
        }
      }
      return new ExportFolder(files, root);
    } catch (IOException | IllegalArgumentException e) {
      throw failed(out, e);
    }
  }

  Path child(String name) {
    return new Path(root, name);
  }

  /** Where Spark writes what {@link #publish} gives its names. */
  Path staging(String split) {
    return new Path(child(STAGING), split);
  }

  /** Spark's files of a folder, in the order of its partitions. */
  List<Path> parquet(Path folder) {
    try {
      return Arrays.stream(files.listStatus(folder))
          .map(FileStatus::getPath)
          .filter(path -> path.getName().endsWith(".parquet"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed(folder.toString(), e);
    }
  }

  /** Moves the staged files of a split to {@code data/SPLIT-00000-of-0000N.parquet}; returns N. */
  int publish(String split) {
    List<Path> staged = parquet(staging(split));
    try {
      files.mkdirs(child("data"));
      for (int i = 0; i < staged.size(); i++) {
        String name = "data/%s-%05d-of-%05d.parquet".formatted(split, i, staged.size());
        if (!files.rename(staged.get(i), child(name))) {
          throw new IOException("a file cannot be renamed to " + child(name));
        }
      }
      files.delete(child(STAGING), true);
      return staged.size();
    } catch (IOException e) {
      throw failed(root.toString(), e);
    }
  }

  void write(String name, String text) {
    try (OutputStream stream = files.create(child(name), false)) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed(root.toString(), e);
    }
  }

  private static HoneException failed(String place, Exception e) {
    return new HoneException(
        "--out: '%s' cannot be written: %s; check the address and the rights"
            .formatted(place, Failures.firstLine(e)),
        e);
  }
}
