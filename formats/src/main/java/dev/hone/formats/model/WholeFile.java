package dev.hone.formats.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file of which nothing but the whole is ever seen under its name. It is written as {@code
 * .<name>.partial} beside it and takes its place when it is done; what a killed writer left of that
 * is replaced by the next.
 */
public final class WholeFile {
  private WholeFile() {}

  /** Writes a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole file, over what may be there, and throws if it turns out to be no good. */
    void write(Path file) throws IOException;
  }

  /** Writes into an open file. */
  @FunctionalInterface
  public interface Bytes {
    /** Writes everything, from the beginning on. */
    void write(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, or replaces one.
   *
   * @throws IOException if it cannot be written; it is then as it was, and nothing is left beside
   */
  public static void write(Path file, Content content) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      content.write(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** The same; all bytes are on the disk before the file has its name. */
  public static void writeBytes(Path file, Bytes bytes) throws IOException {
    write(
        file,
        partial -> {
          try (FileChannel channel =
              FileChannel.open(
                  partial,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE)) {
            bytes.write(channel);
            channel.force(true);
          }
        });
  }
}
