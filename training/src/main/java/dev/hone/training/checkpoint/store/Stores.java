package dev.hone.training.checkpoint.store;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the store of a location. */
public final class Stores {
  private Stores() {}

  /**
   * The directory at a location: {@code s3://bucket/prefix} by the AWS SDK, a path of this machine,
   * or whatever Hadoop has a file system for, {@code s3a://} too.
   *
   * @throws IOException if no file system is known for it
   * @throws IllegalArgumentException if it is no location
   */
  public static ModelStore at(String location, Configuration configuration) throws IOException {
    Path path = new Path(location);
    if ("s3".equalsIgnoreCase(path.toUri().getScheme())) {
      return S3Store.at(path.toUri(), configuration);
    }
    FileSystem files = path.getFileSystem(configuration);
    Path root = files.makeQualified(path);
    return files instanceof LocalFileSystem
        ? new LocalStore(java.nio.file.Path.of(root.toUri().getPath()))
        : new HadoopStore(files, root);
  }
}
