package dev.hone.training.checkpoint;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.training.checkpoint.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The checkpoints of a run that lie in its output directory and are complete: those with a manifest
 * that names the run. What else looks like one does not exist.
 */
public final class RunCheckpoints {
  private final OutputDirectory output;
  private final ModelStore store;
  private final ModelWriter models;
  private final String runId;

  RunCheckpoints(OutputDirectory output, ModelStore store, ModelWriter models, String runId) {
    this.output = output;
    this.store = store;
    this.models = models;
    this.runId = runId;
  }

  /**
   * A checkpoint.
   *
   * @param step optimizer steps done
   * @param path as it is shown to a person
   * @param name in the output directory
   */
  public record Found(long step, String path, String name, Manifest manifest) {

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
      for (ModelStore.Child child : store.children("")) {
        String name = child.name();
        if (child.directory() && Leftovers.isCheckpoint(name)) {
          models
              .manifest(name)
              .filter(manifest -> manifest.runId().equals(runId))
              .ifPresent(
                  manifest ->
                      all.add(new Found(manifest.step(), store.shown(name), name, manifest)));
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
        output.delete(found.name());
      }
    }
  }

  /**
   * Copies what a run goes on from to this machine, and looks at every byte of it.
   *
   * @param to an existing directory
   * @throws HoneException if a file is missing, or is not what the manifest says
   */
  public void fetchState(Found checkpoint, Path to) {
    fetch(checkpoint, RunCheckpoints::isState, to);
  }

  /** The same for the model itself. */
  public void fetchModel(Found checkpoint, Path to) {
    fetch(checkpoint, name -> !isState(name), to);
  }

  /** Looks at every byte, one file after the other, and keeps none. */
  void requireUnchanged(Found model, Path scratch) throws IOException {
    for (Manifest.Entry entry : model.manifest().files()) {
      Path copy = scratch.resolve("looked-at");
      try {
        fetch(model, entry, copy);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
  }

  private static boolean isState(String name) {
    return name.startsWith(TrainerState.FOLDER + "/");
  }

  private void fetch(Found checkpoint, Predicate<String> which, Path to) {
    for (Manifest.Entry entry : checkpoint.manifest().files()) {
      if (which.test(entry.name())) {
        fetch(checkpoint, entry, to.resolve(entry.name()));
      }
    }
  }

  private void fetch(Found checkpoint, Manifest.Entry entry, Path target) {
    String source = ModelWriter.in(checkpoint.name(), entry.name());
    try {
      Files.createDirectories(target.getParent());
      store.fetch(source, target);
      Manifest.Entry copied = Manifest.Entry.of(entry.name(), target);
      if (!copied.equals(entry)) {
        throw new HoneException(
            "%s has %d bytes with SHA-256 %s, and the manifest of %s says %d with %s: it was changed after it was written; delete it to go on from the one before"
                .formatted(
                    store.shown(source),
                    copied.bytes(),
                    copied.sha256(),
                    checkpoint.path(),
                    entry.bytes(),
                    entry.sha256()));
      }
    } catch (IOException e) {
      throw unreadable(store.shown(source), e);
    }
  }

  private static HoneException unreadable(String path, IOException e) {
    return new HoneException(
        path + " cannot be read: " + OutputDirectory.problem(e) + "; a run goes on from it", e);
  }
}
