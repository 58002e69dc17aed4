package dev.hone.training.checkpoint.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A directory of any Hadoop file system. */
final class HadoopStore implements ModelStore {
  private final FileSystem files;
  private final Path root;

  HadoopStore(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  private Path path(String name) {
    return name.isEmpty() ? root : new Path(root, name);
  }

  @Override
  public String shown(String name) {
    return path(name).toString();
  }

  @Override
  public boolean isFile(String name) throws IOException {
    return status(path(name)).filter(FileStatus::isFile).isPresent();
  }

  @Override
  public List<Child> children(String directory) throws IOException {
    List<Child> children = new ArrayList<>();
    for (FileStatus entry : sorted(path(directory))) {
      children.add(
          new Child(
              entry.getPath().getName(),
              entry.isDirectory(),
              entry.isDirectory()
                  ? Optional.empty()
                  : Optional.of(Instant.ofEpochMilli(entry.getModificationTime()))));
    }
    return children;
  }

  private FileStatus[] sorted(Path directory) throws IOException {
    try {
      FileStatus[] found = files.listStatus(directory);
      Arrays.sort(found);
      return found;
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try (InputStream in = files.open(path(name))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void fetch(String name, java.nio.file.Path target) throws IOException {
    try (InputStream in = files.open(path(name))) {
      Files.copy(in, target);
    }
  }

  @Override
  public void put(java.nio.file.Path file, String name) throws IOException {
    files.mkdirs(path(name).getParent());
    files.copyFromLocalFile(false, true, new Path(file.toUri()), path(name));
  }

  @Override
  public void put(byte[] contents, String name) throws IOException {
    write(contents, path(name), true);
  }

  /** A manifest that was cut off in the middle is no JSON, and so no manifest. */
  @Override
  public void putIfAbsent(byte[] contents, String name) throws IOException {
    try {
      write(contents, path(name), false);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      FileAlreadyExistsException taken = new FileAlreadyExistsException(shown(name));
      taken.initCause(e);
      throw taken;
    }
  }

  private void write(byte[] contents, Path target, boolean overwrite) throws IOException {
    try (OutputStream out = files.create(target, overwrite)) {
      out.write(contents);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    files.delete(path(name), false);
  }

  /** A file system may delete a directory file by file; then its mark goes last here. */
  @Override
  public void deleteTree(String directory) throws IOException {
    FileStatus[] entries = sorted(path(directory));
    for (int i = entries.length - 1; i >= 0; i--) {
      files.delete(entries[i].getPath(), true);
    }
    files.delete(path(directory), true);
  }

  @Override
  public void requireWritable(String name) throws IOException {
    Path ancestor = root;
    while (status(ancestor).isEmpty()) {
      ancestor = ancestor.getParent();
    }
    Path probe = new Path(ancestor, name);
    files.create(probe, true).close();
    files.delete(probe, false);
  }

  private Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(files.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
