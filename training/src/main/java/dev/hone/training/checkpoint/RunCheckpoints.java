package dev.hone.training.checkpoint;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run that lie in its output directory and are complete: those with a manifest
 * that names the run. What else looks like one does not exist.
 */
public final class RunCheckpoints {
  private final OutputDirectory output;
  private final FileSystem files;

  RunCheckpoints(OutputDirectory output, FileSystem files) {
    this.output = output;
    this.files = files;
  }

  /**
   * A checkpoint.
   *
   * @param step optimizer steps done
   * @param path as it is shown to a person
   */
  public record Found(long step, String path, Path directory, Manifest manifest) {

    /** What was said of it when it was written. */
    public Saved saved() {
      return new Saved(step, path, manifest.format(), manifest.bytes(), sha256());
    }

    /** Hash of the manifest, as {@link Saved#manifestSha256} has it. */
    public String sha256() {
      return Sha256.hex(manifest.json());
    }
  }

  /**
   * All of them, the oldest first.
   *
   * @throws HoneException if the directory cannot be read
   */
  public List<Found> all() {
    try {
      List<Found> all = new ArrayList<>();
      for (FileStatus entry : listing()) {
        Path directory = entry.getPath();
        if (entry.isDirectory() && OutputDirectory.isCheckpoint(directory)) {
          output
              .manifest(directory)
              .filter(manifest -> manifest.runId().equals(output.runId()))
              .ifPresent(
                  manifest ->
                      all.add(
                          new Found(
                              manifest.step(), output.shown(directory), directory, manifest)));
        }
      }
      all.sort(Comparator.comparingLong(Found::step));
      return all;
    } catch (IOException e) {
      throw unreadable(output.shown(), e);
    }
  }

  /** The one after so many steps. */
  public Optional<Found> at(long step) {
    return all().stream().filter(found -> found.step() == step).findFirst();
  }

  /** The one with the most steps. */
  public Optional<Found> newest() {
    List<Found> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * Deletes those with more steps than that: what an attempt left behind that nobody goes on from.
   *
   * @param step -1 for all
   */
  public void deleteAfter(long step) {
    for (Found found : all()) {
      if (found.step() > step) {
        output.delete(found.directory());
      }
    }
  }

  /**
   * Copies what a run goes on from to this machine, and looks at every byte of it.
   *
   * @param to an existing directory
   * @throws HoneException if a file is missing, or is not what the manifest says
   */
  public void fetchState(Found checkpoint, java.nio.file.Path to) {
    for (Manifest.Entry entry : checkpoint.manifest().files()) {
      if (entry.name().startsWith(TrainerState.FOLDER + "/")) {
        fetch(checkpoint, entry, to.resolve(entry.name()));
      }
    }
  }

  private void fetch(Found checkpoint, Manifest.Entry entry, java.nio.file.Path target) {
    Path source = new Path(checkpoint.directory(), entry.name());
    try {
      Files.createDirectories(target.getParent());
      MessageDigest digest = Sha256.digest();
      long bytes;
      try (InputStream in = new DigestInputStream(files.open(source), digest)) {
        bytes = Files.copy(in, target);
      }
      String hash = HexFormat.of().formatHex(digest.digest());
      if (bytes != entry.bytes() || !hash.equals(entry.sha256())) {
        throw new HoneException(
            "%s has %d bytes with SHA-256 %s, and the manifest of %s says %d with %s: it was changed after it was written; delete that checkpoint to go on from the one before"
                .formatted(
                    output.shown(source),
                    bytes,
                    hash,
                    checkpoint.path(),
                    entry.bytes(),
                    entry.sha256()));
      }
    } catch (IOException e) {
      throw unreadable(output.shown(source), e);
    }
  }

  private List<FileStatus> listing() throws IOException {
    try {
      return Arrays.asList(files.listStatus(output.root()));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static HoneException unreadable(String path, IOException e) {
    return new HoneException(
        path + " cannot be read: " + OutputDirectory.problem(e) + "; a run goes on from it", e);
  }
}
