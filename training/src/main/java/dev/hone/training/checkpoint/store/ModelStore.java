package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One directory and everything in it. Names are relative to it, with slashes; the empty name is the
 * directory itself. Directories are made by what is put in them.
 *
 * <p>Methods throw an {@link IOException} that says what went wrong: a {@link StoreException} where
 * the store did not do what it was asked.
 */
public interface ModelStore extends AutoCloseable {

  /**
   * What lies directly in a directory.
   *
   * @param name relative to that directory
   * @param modified when a file was written; unknown for a directory of some stores
   */
  record Child(String name, boolean directory, Optional<Instant> modified) {}

  /** The path as it is shown to a person. */
  String shown(String name);

  /** Its path, if it lies on this machine. */
  default Optional<Path> local(String name) {
    return Optional.empty();
  }

  /** Whether there is a file of that name. */
  boolean isFile(String name) throws IOException;

  /** What a directory holds, in the order of names; nothing if it is not there. */
  List<Child> children(String directory) throws IOException;

  /** A small file; empty if it is not there. */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * Copies a file to this machine.
   *
   * @param target does not exist; its directory does
   */
  void fetch(String name, Path target) throws IOException;

  /** Puts a file of this machine there, whole or not at all, in place of any other. */
  void put(Path file, String name) throws IOException;

  /** Puts a small file there, in place of any other. */
  void put(byte[] contents, String name) throws IOException;

  /**
   * Puts a small file there, whole or not at all, unless there is one already.
   *
   * @throws FileAlreadyExistsException if there is
   */
  void putIfAbsent(byte[] contents, String name) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(String name) throws IOException;

  /**
   * Deletes a directory with all it holds, and unfinished uploads into it. What a name begins with
   * a dot goes last, so that a mark on the directory outlives what it marks.
   */
  void deleteTree(String directory) throws IOException;

  /** Names of files whose upload was begun, and neither finished nor given up. */
  default List<String> unfinishedUploads() throws IOException {
    return List.of();
  }

  /** Gives up unfinished uploads of a file. */
  default void giveUp(String name) throws IOException {}

  /**
   * Puts a file there and deletes it, as near to the directory as anything exists.
   *
   * @param name of that file
   */
  void requireWritable(String name) throws IOException;

  @Override
  default void close() {}
}
