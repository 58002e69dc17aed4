package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A directory of this machine. */
final class LocalStore implements ModelStore {
  private final Path root;

  LocalStore(Path root) {
    this.root = root;
  }

  private Path path(String name) {
    return name.isEmpty() ? root : root.resolve(name);
  }

  @Override
  public String shown(String name) {
    return path(name).toString();
  }

  @Override
  public Optional<Path> local(String name) {
    return Optional.of(path(name));
  }

  @Override
  public boolean isFile(String name) {
    return Files.isRegularFile(path(name));
  }

  @Override
  public List<Child> children(String directory) throws IOException {
    List<Path> found;
    try (Stream<Path> list = Files.list(path(directory))) {
      found = list.sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    List<Child> children = new ArrayList<>();
    for (Path child : found) {
      children.add(
          new Child(
              child.getFileName().toString(),
              Files.isDirectory(child),
              Optional.of(Files.getLastModifiedTime(child).toInstant())));
    }
    return children;
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return isFile(name) ? Optional.of(Files.readAllBytes(path(name))) : Optional.empty();
  }

  @Override
  public void fetch(String name, Path target) throws IOException {
    Files.copy(path(name), target);
  }

  /** Moves it: a file that is put lies on the same disk, and is needed nowhere else. */
  @Override
  public void put(Path file, String name) throws IOException {
    Files.createDirectories(path(name).getParent());
    Files.move(file, path(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void put(byte[] contents, String name) throws IOException {
    Files.createDirectories(path(name).getParent());
    Files.write(path(name), contents);
  }

  /** A link is made or not, whoever else makes one; a move would replace what is there. */
  @Override
  public void putIfAbsent(byte[] contents, String name) throws IOException {
    Path target = path(name);
    Files.createDirectories(target.getParent());
    Path aside =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      Files.write(aside, contents);
      Files.createLink(target, aside);
    } finally {
      Files.delete(aside);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public void deleteTree(String directory) throws IOException {
    deleteTree(path(directory));
  }

  /** In reverse order of names, in which dots are last and a directory comes after its files. */
  static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void requireWritable(String name) throws IOException {
    Path ancestor = root;
    while (!Files.exists(ancestor)) {
      ancestor = ancestor.getParent();
    }
    Path probe = ancestor.resolve(name);
    Files.write(probe, new byte[0]);
    Files.delete(probe);
  }
}
