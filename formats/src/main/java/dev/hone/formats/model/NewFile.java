package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is there as a whole and good, or not at all. */
public final class NewFile {
  private NewFile() {}

  /**
   * Writes it, as a {@link WholeFile}.
   *
   * @param file does not exist yet
   * @throws HoneException if it does, or cannot be written; nothing is left behind then
   */
  public static void write(Path file, WholeFile.Content content) {
    Path target = file.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new HoneException(target + " exists already; name another file or delete it");
    }
    try {
      Files.createDirectories(target.getParent());
      WholeFile.write(target, content);
    } catch (IOException e) {
      throw new HoneException(file + " cannot be written: " + IoProblem.of(e), e);
    }
  }
}
