package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is there with all that belongs into it, or not at all. */
public final class NewDirectory {
  private NewDirectory() {}

  /** Fills a directory. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything into a directory that is empty. */
    void write(Path directory) throws IOException;
  }

  /**
   * Writes the content beside the target, and moves it there.
   *
   * @param dir does not exist yet, or is empty
   * @throws HoneException if it is in use or cannot be written; nothing is left behind then
   */
  public static void write(Path dir, Content content) {
    Path target = dir.toAbsolutePath().normalize();
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      refuseUsed(target);
      Files.createDirectories(target.getParent());
      delete(partial);
      Files.createDirectory(partial);
      try {
        content.write(partial);
        Files.deleteIfExists(target);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(partial);
      }
    } catch (IOException e) {
      throw new HoneException(dir + " cannot be written: " + IoProblem.of(e), e);
    }
  }

  private static void refuseUsed(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        if (files.findAny().isEmpty()) {
          return;
        }
      }
    }
    if (Files.exists(target)) {
      throw new HoneException(
          target + " exists already and is not an empty directory; name another one or delete it");
    }
  }

  private static void delete(Path partial) throws IOException {
    if (!Files.exists(partial)) {
      return;
    }
    try (Stream<Path> files = Files.walk(partial)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
