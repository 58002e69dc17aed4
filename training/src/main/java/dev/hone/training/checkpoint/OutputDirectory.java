package dev.hone.training.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.FailureText;
import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.model.IoProblem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code output_dir}: the finished model in it, and one directory {@code checkpoint-<step>} for
 * each checkpoint on the way. A path of this machine, or of any Hadoop file system.
 *
 * <p>A model is written to a place aside first, {@code <target>.incomplete-<run id>} on a local
 * disk and a temporary directory of this machine otherwise. It then takes the target's place: by
 * one rename if nothing is there, else file by file with the old manifest deleted first, and with a
 * file {@code .incomplete-write} there for as long as that takes. The manifest always comes last.
 */
public final class OutputDirectory {
  private static final String INCOMPLETE = ".incomplete-";
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-\\d+");

  private final Path root;
  private final String runId;
  private final FileSystem files;
  private final boolean local;
  private final Deque<Path> checkpoints = new ArrayDeque<>();

  private OutputDirectory(Path root, String runId, FileSystem files, boolean local) {
    this.root = root;
    this.runId = runId;
    this.files = files;
    this.local = local;
  }

  /**
   * The output directory of a run.
   *
   * @throws HoneException if its file system cannot be reached
   */
  public static OutputDirectory at(String location, String runId, Configuration configuration) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(configuration);
      boolean local = files instanceof LocalFileSystem;
      if (local) {
        // The raw one: no checksum files beside ours.
        files = ((LocalFileSystem) files).getRaw();
      }
      return new OutputDirectory(files.makeQualified(path), runId, files, local);
    } catch (IOException | IllegalArgumentException e) {
      throw new HoneException(
          "output_dir '%s' cannot be reached: %s; name a local path or one of a file system that Spark is set up for"
              .formatted(location, problem(e)),
          e);
    }
  }

  /** The path as it is shown to a person. */
  public String shown() {
    return shown(root);
  }

  /**
   * Looks before the training starts whether its result can be written. Leaves nothing behind.
   *
   * @throws HoneException if the directory holds anything that hone did not write, or cannot be
   *     written
   */
  public void requireUsable() {
    try {
      Optional<FileStatus> status = status(root);
      if (status.isPresent() && !status.get().isDirectory()) {
        throw new HoneException(
            "output_dir '%s' is a file; name a directory that is empty or does not exist"
                .formatted(shown()));
      }
      if (status.isPresent()) {
        requireOurs();
      }
      Path ancestor = root;
      while (status(ancestor).isEmpty()) {
        ancestor = ancestor.getParent();
      }
      Path probe = new Path(ancestor, ".hone-probe-" + runId);
      files.create(probe, true).close();
      files.delete(probe, false);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void requireOurs() throws IOException {
    Set<String> known = new HashSet<>(List.of(Manifest.FILE));
    Optional<Manifest> manifest = manifest(root);
    manifest.ifPresent(
        found -> found.files().forEach(entry -> known.add(entry.name().split("/", 2)[0])));
    for (FileStatus entry : sortedListing(root)) {
      String name = entry.getPath().getName();
      boolean checkpoint =
          entry.isDirectory()
              && isCheckpoint(entry.getPath())
              && manifest(entry.getPath()).isPresent();
      boolean leftover =
          name.contains(INCOMPLETE)
              || isCheckpoint(entry.getPath()) && isUnfinished(entry.getPath());
      boolean listed = known.contains(name) && manifest.isPresent();
      if (!checkpoint && !leftover && !listed && !isUnfinished(root)) {
        throw new HoneException(
            "output_dir '%s' already holds '%s', which hone did not write and will not overwrite; name a directory that is empty or does not exist"
                .formatted(shown(), name));
      }
    }
  }

  /**
   * Writes the finished model.
   *
   * @param format hf or peft
   * @param writer writes all files into an empty local directory
   * @throws HoneException if it cannot be written; the target is then as it was, or has no manifest
   */
  public Saved publish(long step, String format, Consumer<java.nio.file.Path> writer) {
    return write(root, step, format, writer);
  }

  /**
   * Writes {@code checkpoint-<step>}, then deletes the oldest checkpoints that this run wrote.
   *
   * @param keep how many of this run's checkpoints stay; 0: all
   * @param deleted is told the path of each that does not
   */
  public Saved checkpoint(
      long step,
      String format,
      int keep,
      Consumer<java.nio.file.Path> writer,
      Consumer<String> deleted) {
    Path target = new Path(root, "checkpoint-" + step);
    Saved saved = write(target, step, format, writer);
    checkpoints.add(target);
    while (keep > 0 && checkpoints.size() > keep) {
      Path oldest = checkpoints.remove();
      delete(oldest);
      deleted.accept(shown(oldest));
    }
    return saved;
  }

  /** Those of the run that lie here. */
  public RunCheckpoints checkpoints() {
    return new RunCheckpoints(this, files);
  }

  /** Counts those of an earlier attempt of the run among the checkpoints of this one. */
  public void goOn() {
    checkpoints().all().forEach(found -> checkpoints.add(found.directory()));
  }

  String runId() {
    return runId;
  }

  Path root() {
    return root;
  }

  static boolean isCheckpoint(Path directory) {
    return CHECKPOINT.matcher(directory.getName()).matches();
  }

  /** Deletes a model: its manifest first, so that it is never seen in part. */
  void delete(Path model) {
    try {
      files.create(marker(model), true).close();
      files.delete(new Path(model, Manifest.FILE), false);
      files.delete(model, true);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Saved write(Path target, long step, String format, Consumer<java.nio.file.Path> writer) {
    java.nio.file.Path staging = null;
    try {
      staging = staging(target);
      writer.accept(staging);
      Manifest manifest = Manifest.of(staging, runId, step, format);
      String json = manifest.json();
      if (local && status(target).isEmpty()) {
        Files.writeString(staging.resolve(Manifest.FILE), json);
        if (!files.rename(new Path(staging.toUri()), target)) {
          throw new IOException("could not rename " + staging);
        }
      } else {
        replace(target, staging, manifest, json);
      }
      return new Saved(step, shown(target), format, manifest.bytes(), Sha256.hex(json));
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      delete(staging);
    }
  }

  private java.nio.file.Path staging(Path target) throws IOException {
    if (!local) {
      return Files.createTempDirectory("hone-" + runId);
    }
    java.nio.file.Path path = java.nio.file.Path.of(target.toUri().getPath());
    java.nio.file.Path staging = path.resolveSibling(path.getFileName() + INCOMPLETE + runId);
    delete(staging);
    return Files.createDirectories(staging);
  }

  /** Where a model is written or deleted file by file, so that a half is known for one. */
  private static Path marker(Path model) {
    return new Path(model, INCOMPLETE + "write");
  }

  private boolean isUnfinished(Path model) throws IOException {
    return status(marker(model)).isPresent();
  }

  private void replace(Path target, java.nio.file.Path staging, Manifest manifest, String json)
      throws IOException {
    Optional<Manifest> old = manifest(target);
    files.create(marker(target), true).close();
    files.delete(new Path(target, Manifest.FILE), false);
    Set<String> written = new HashSet<>();
    for (Manifest.Entry entry : manifest.files()) {
      Path file = new Path(target, entry.name());
      files.mkdirs(file.getParent());
      java.nio.file.Path source = staging.resolve(entry.name());
      if (local) {
        java.nio.file.Path place = java.nio.file.Path.of(file.toUri().getPath());
        Files.move(source, place, StandardCopyOption.REPLACE_EXISTING);
      } else {
        files.copyFromLocalFile(false, true, new Path(source.toUri()), file);
      }
      written.add(entry.name());
    }
    for (Manifest.Entry entry : old.map(Manifest::files).orElse(List.of())) {
      if (!written.contains(entry.name())) {
        files.delete(new Path(target, entry.name()), false);
      }
    }
    try (FSDataOutputStream out = files.create(new Path(target, Manifest.FILE), true)) {
      out.write(json.getBytes(UTF_8));
    }
    files.delete(marker(target), false);
  }

  Optional<Manifest> manifest(Path directory) throws IOException {
    try (InputStream in = files.open(new Path(directory, Manifest.FILE))) {
      return Manifest.parse(new String(in.readAllBytes(), UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(files.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private List<FileStatus> sortedListing(Path directory) throws IOException {
    return Arrays.stream(files.listStatus(directory)).sorted().toList();
  }

  private HoneException unwritable(IOException e) {
    return new HoneException(
        "output_dir '%s' cannot be written: %s; name another directory, or allow this user to write there"
            .formatted(shown(), problem(e)),
        e);
  }

  String shown(Path path) {
    return local ? path.toUri().getPath() : path.toString();
  }

  static String problem(Exception e) {
    // Java's exceptions for local files say nothing but the path; those of stores say it all.
    return e instanceof FileSystemException io && e.getCause() == null
        ? IoProblem.of(io)
        : FailureText.firstLine(e);
  }

  private static void delete(java.nio.file.Path directory) {
    if (directory == null || !Files.exists(directory)) {
      return;
    }
    try (Stream<java.nio.file.Path> walk = Files.walk(directory)) {
      for (java.nio.file.Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new HoneException(
          directory + " cannot be deleted: " + problem(e) + "; delete it by hand", e);
    }
  }
}
