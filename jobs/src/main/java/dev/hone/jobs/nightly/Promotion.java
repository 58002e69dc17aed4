package dev.hone.jobs.nightly;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.ModelRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.OutputDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Versions put in use by hand. A version is looked at byte by byte first, and none is put in use
 * that was trained on records which were forgotten since, or while a night decides about the model.
 */
public final class Promotion {
  private final Warehouse warehouse;
  private final String model;
  private final Models models;
  private final Duration patience;

  /** Of a model. */
  public Promotion(Warehouse warehouse, String model) {
    this(warehouse, model, Lease.PATIENCE);
  }

  /**
   * @param patience how long a night may show no sign of life
   */
  Promotion(Warehouse warehouse, String model, Duration patience) {
    this.warehouse = warehouse;
    this.model = model;
    this.models = new Models(warehouse, model);
    this.patience = patience;
  }

  /** All versions of all models, the newest of each first. */
  public static List<ModelRow> list(Warehouse warehouse) {
    return Models.all(warehouse);
  }

  /**
   * Puts a version in use.
   *
   * @param reason why, for the table
   * @return the version as it is now
   * @throws HoneException if it is not there, not trained, changed on disk, or not to be used
   */
  public ModelRow promote(long version, String reason) {
    models.version(version);
    try (Lease lease = lease()) {
      ModelRow row = models.version(version);
      if (row.state().equals(Models.PROMOTED)) {
        return row;
      }
      requireUsable(row);
      lease.requireHeld();
      models.promote(row, reason, Models.RETIRED);
      return models.version(version);
    }
  }

  /**
   * Puts the version in use that was before the one that is.
   *
   * @param reason why, for the table
   * @return the version as it is now
   * @throws HoneException if there is none, or it was changed on disk, or is not to be used
   */
  public ModelRow rollback(String reason) {
    before();
    try (Lease lease = lease()) {
      ModelRow before = before();
      requireUsable(before);
      lease.requireHeld();
      models.promote(before, reason, Models.ROLLED_BACK);
      return models.version(before.version());
    }
  }

  private Lease lease() {
    Lease.Asked asked = Lease.ofModel(warehouse, model, patience);
    if (asked instanceof Lease.Asked.Had had) {
      return had.lease();
    }
    throw new HoneException(
        "model '%s' is in the hands of %s, who may put a version in use at the end; wait for that, or end it, and call this again"
            .formatted(model, ((Lease.Asked.Taken) asked).owner()));
  }

  private ModelRow before() {
    List<ModelRow> versions = models.versions();
    ModelRow now =
        versions.stream()
            .filter(row -> row.state().equals(Models.PROMOTED))
            .findFirst()
            .orElseThrow(
                () ->
                    new HoneException(
                        "model '%s' has no version in use, and nothing to roll back"
                            .formatted(model)));
    return versions.stream()
        .filter(row -> row.state().equals(Models.RETIRED))
        .max(Comparator.comparing(row -> row.decidedAt().orElse(row.startedAt())))
        .orElseThrow(
            () ->
                new HoneException(
                    "no version of model '%s' was in use before version %d; hone promote puts any other in use"
                        .formatted(model, now.version())));
  }

  private void requireUsable(ModelRow row) {
    String manifest =
        row.manifestSha256()
            .orElseThrow(
                () ->
                    new HoneException(
                        "version %d of model '%s' is %s: %s"
                            .formatted(
                                row.version(),
                                model,
                                row.state(),
                                row.state().equals(Models.REJECTED)
                                    ? "its folder was deleted, as nightly.keep_rejected said"
                                    : "it was not trained to its end")));
    Set<String> forgotten = models.forgottenRuns();
    for (ModelRow ancestor : Models.line(models.versions(), row)) {
      if (forgotten.contains(ancestor.runId())) {
        throw new HoneException(
            "version %d of model '%s' is not to be used: records that version %d was trained on were forgotten since; hone nightly trains one without them"
                .formatted(row.version(), model, ancestor.version()));
      }
    }
    requireUnchanged(row, manifest);
  }

  private void requireUnchanged(ModelRow row, String manifest) {
    try (OutputDirectory output =
        OutputDirectory.at(
            row.path(), row.runId(), warehouse.spark().sessionState().newHadoopConf())) {
      Path scratch = Files.createTempDirectory("hone-looked-at");
      try {
        output.requireUnchanged(manifest, scratch);
      } finally {
        Files.delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder cannot be used", e);
    }
  }
}
