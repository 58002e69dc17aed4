package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is there as a whole and good, or not at all. */
public final class NewFile {
  private NewFile() {}

  /** Writes a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole file, and throws if it turns out to be no good. */
    void write(Path file) throws IOException;
  }

  /**
   * Writes the content beside the target, and moves it there.
   *
   * @param file does not exist yet
   * @throws HoneException if it does, or cannot be written; nothing is left behind then
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath().normalize();
    Path partial = target.resolveSibling("." + target.getFileName() + ".new");
    if (Files.exists(target)) {
      throw new HoneException(target + " exists already; name another file or delete it");
    }
    try {
      Files.createDirectories(target.getParent());
      try {
        content.write(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new HoneException(file + " cannot be written: " + IoProblem.of(e), e);
    }
  }
}
