package dev.hone.ingest.tables;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, which asks the JVM and not another process. Without its native
 * library, and few machines have that, Hadoop starts {@code chmod} for every file and folder that
 * it makes and {@code readlink} for every one that it renames: five hundred processes for one
 * preparation, one after the other.
 */
public final class LocalFiles {
  private LocalFiles() {}

  /** Settings of a session whose driver and executors are one JVM, and have hone's classes. */
  static Map<String, String> settings() {
    return Map.of(
        "spark.hadoop.fs.file.impl", Checked.class.getName(),
        "spark.hadoop.fs.AbstractFileSystem.file.impl", CheckedContext.class.getName());
  }

  /** The files themselves. */
  private static final class Raw extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      java.nio.file.Path file = pathToFile(path).toPath();
      PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      // The JVM knows no sticky bit, and Windows no permissions.
      if (view == null || permission.getStickyBit()) {
        super.setPermission(path, permission);
      } else {
        view.setPermissions(PosixFilePermissions.fromString(permission.toString()));
      }
    }

    @Override
    public FileStatus getFileLinkStatus(Path path) throws IOException {
      return Files.isSymbolicLink(pathToFile(path).toPath())
          ? super.getFileLinkStatus(path)
          : getFileStatus(path);
    }
  }

  /** With a checksum beside each file, as Hadoop's own: {@code fs.file.impl}. */
  public static final class Checked extends LocalFileSystem {
    /** Hadoop makes it. */
    public Checked() {
      super(new Raw());
    }
  }

  /** The same for those who use a {@code FileContext}, as Delta's log does. */
  public static final class CheckedContext extends ChecksumFs {
    /** Hadoop makes it. */
    public CheckedContext(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
      super(new RawContext(hadoop));
    }
  }

  private static final class RawContext extends DelegateToFileSystem {
    RawContext(Configuration hadoop) throws IOException, URISyntaxException {
      super(
          FsConstants.LOCAL_FS_URI, new Raw(), hadoop, FsConstants.LOCAL_FS_URI.getScheme(), false);
    }

    @Override
    public int getUriDefaultPort() {
      return -1;
    }

    @Override
    public boolean isValidName(String name) {
      return true; // what is no name here, the operating system says
    }
  }
}
