package dev.hone.training.checkpoint;

import dev.hone.formats.FailureText;
import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.model.IoProblem;
import dev.hone.training.checkpoint.store.ModelStore;
import dev.hone.training.checkpoint.store.StoreException;
import dev.hone.training.checkpoint.store.Stores;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * {@code output_dir}: the finished model in it, and one directory {@code checkpoint-<step>} for
 * each checkpoint on the way. A path of this machine, {@code s3://}, or of any Hadoop file system.
 * {@link ModelWriter} says how a model comes there.
 */
public final class OutputDirectory implements AutoCloseable {
  /** A folder in it for logs of runs, which is none of the model and not touched here. */
  public static final String LOGS = "runs";

  private static final String MODEL = "";

  private final String runId;
  private final ModelStore store;
  private final ModelWriter models;
  private final Kept kept = new Kept();

  private OutputDirectory(String runId, ModelStore store, Path scratch) {
    this.runId = runId;
    this.store = store;
    this.models = new ModelWriter(store, runId, scratch);
  }

  /**
   * The output directory of a run, to look at.
   *
   * @throws HoneException if its file system cannot be reached
   */
  public static OutputDirectory at(String location, String runId, Configuration configuration) {
    return at(location, runId, configuration, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * The output directory of a run, to write to.
   *
   * @param scratch a directory of this machine, for models on their way to another
   * @throws HoneException if its file system cannot be reached
   */
  public static OutputDirectory at(
      String location, String runId, Configuration configuration, Path scratch) {
    try {
      return new OutputDirectory(runId, Stores.at(location, configuration), scratch);
    } catch (IOException | IllegalArgumentException e) {
      throw new HoneException(
          "output_dir '%s' cannot be reached: %s; name a local path, an s3:// address or a path of a file system that Spark is set up for"
              .formatted(location, problem(e)),
          e);
    }
  }

  /** The path as it is shown to a person. */
  public String shown() {
    return store.shown(MODEL);
  }

  /**
   * Looks before the training starts whether its result can be written. Leaves nothing behind.
   *
   * @throws HoneException if the directory holds anything that hone did not write, or cannot be
   *     written
   */
  public void requireUsable() {
    try {
      if (store.isFile(MODEL)) {
        throw new HoneException(
            "output_dir '%s' is a file; name a directory that is empty or does not exist"
                .formatted(shown()));
      }
      requireOurs();
      store.requireWritable(".hone-probe-" + runId);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void requireOurs() throws IOException {
    Optional<Manifest> manifest = models.manifest(MODEL);
    Set<String> known = new HashSet<>();
    manifest.ifPresent(
        found -> {
          known.add(Manifest.FILE);
          found.files().forEach(entry -> known.add(entry.name().split("/", 2)[0]));
        });
    for (ModelStore.Child entry : store.children(MODEL)) {
      String name = entry.name();
      boolean checkpoint = entry.directory() && Leftovers.isCheckpoint(name);
      boolean ours =
          known.contains(name)
              || (entry.directory() && name.equals(LOGS))
              || name.contains(ModelWriter.INCOMPLETE)
              || (checkpoint
                  && (models.manifest(name).isPresent() || models.unfinished(name).isPresent()));
      if (!ours && models.unfinished(MODEL).isEmpty()) {
        throw new HoneException(
            "output_dir '%s' already holds '%s', which hone did not write and will not overwrite; name a directory that is empty or does not exist"
                .formatted(shown(), name));
      }
    }
  }

  /**
   * Deletes what an attempt of the run left behind that was killed, or any run a day ago: half a
   * checkpoint, or an upload that was not finished.
   *
   * @throws HoneException if it cannot be deleted
   */
  public void sweep() {
    try {
      new Leftovers(store, models, runId).sweep();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes the finished model.
   *
   * @param format hf or peft
   * @param writer writes all files into an empty local directory
   * @throws HoneException if it cannot be written; the target is then as it was, or has no manifest
   */
  public Saved publish(long step, String format, Consumer<Path> writer) {
    return write(MODEL, step, format, writer);
  }

  /**
   * Writes {@code checkpoint-<step>}, then deletes the oldest checkpoints that this run wrote.
   *
   * @param keep how many of this run's checkpoints stay; 0: all
   * @param best the one that stays in any case, by its steps
   * @param deleted is told the path of each that does not
   */
  public Saved checkpoint(
      long step,
      String format,
      int keep,
      OptionalLong best,
      Consumer<Path> writer,
      Consumer<String> deleted) {
    Saved saved = write(checkpoint(step), step, format, writer);
    kept.add(step);
    for (long old : kept.excess(keep, best)) {
      delete(checkpoint(old));
      deleted.accept(store.shown(checkpoint(old)));
    }
    return saved;
  }

  private static String checkpoint(long step) {
    return "checkpoint-" + step;
  }

  private Saved write(String target, long step, String format, Consumer<Path> writer) {
    try {
      return models.write(target, step, format, writer);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Looks at every byte of the finished model.
   *
   * @param manifestSha256 what {@link Saved#manifestSha256} was when it was written
   * @param scratch an existing directory of this machine, which takes one file at a time
   * @throws HoneException if it is another model, or a file is missing or was changed
   */
  public void requireUnchanged(String manifestSha256, Path scratch) {
    RunCheckpoints checkpoints = checkpoints();
    try {
      Optional<Manifest> manifest = models.manifest(MODEL);
      String found = manifest.map(there -> Sha256.hex(there.json())).orElse("none");
      if (!found.equals(manifestSha256)) {
        throw new HoneException(
            "the model in '%s' is not the one that was trained: the SHA-256 of its manifest is %s and was %s; restore it, or choose another version"
                .formatted(shown(), found, manifestSha256));
      }
      checkpoints.requireUnchanged(
          new RunCheckpoints.Found(
              manifest.orElseThrow().step(), shown(), MODEL, manifest.orElseThrow()),
          scratch);
    } catch (IOException e) {
      throw new HoneException(
          "the model in '%s' cannot be read: %s".formatted(shown(), problem(e)), e);
    }
  }

  /**
   * What the finished model consists of; empty if there is none that hone wrote.
   *
   * @throws HoneException if it cannot be read
   */
  public Optional<Manifest> model() {
    try {
      return models.manifest(MODEL);
    } catch (IOException e) {
      throw new HoneException(
          "output_dir '%s' cannot be read: %s; check the address".formatted(shown(), problem(e)),
          e);
    }
  }

  /** Those of the run that lie here. */
  public RunCheckpoints checkpoints() {
    return new RunCheckpoints(this, store, models, runId);
  }

  /** Counts those of an earlier attempt of the run among the checkpoints of this one. */
  public void goOn() {
    checkpoints().all().forEach(found -> kept.add(found.step()));
  }

  /** Deletes a model. */
  void delete(String model) {
    try {
      models.delete(model);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Deletes all that is in it, if the model is the run's: the model, its checkpoints and its logs.
   *
   * @return false: there is no model, or that of another run, and all of it stays
   * @throws HoneException if it cannot be deleted
   */
  public boolean deleteAll() {
    try {
      Optional<Manifest> manifest = models.manifest(MODEL);
      // One that was cut off while it deleted has left its mark, and no manifest.
      Optional<String> owner =
          manifest.isPresent() ? manifest.map(Manifest::runId) : models.unfinished(MODEL);
      boolean ours = owner.filter(runId::equals).isPresent();
      if (ours) {
        models.delete(MODEL);
      }
      return ours;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private HoneException unwritable(IOException e) {
    String cure =
        e instanceof StoreException store
            ? store.cure()
            : "name another directory, or allow this user to write there";
    return new HoneException(
        "output_dir '%s' cannot be written: %s; %s".formatted(shown(), problem(e), cure), e);
  }

  static String problem(Exception e) {
    if (e instanceof StoreException) {
      return e.getMessage();
    }
    // Java's exceptions for local files say nothing but the path; those of stores say it all.
    return e instanceof FileSystemException io && e.getCause() == null
        ? IoProblem.of(io)
        : FailureText.firstLine(e);
  }

  @Override
  public void close() {
    store.close();
  }
}
