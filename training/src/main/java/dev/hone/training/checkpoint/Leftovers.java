package dev.hone.training.checkpoint;

import dev.hone.training.checkpoint.store.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a run that was killed left behind: checkpoints that were being written or deleted, and
 * uploads that were never finished. Those of other runs are left alone for a day, because such a
 * run may still be at it.
 */
final class Leftovers {
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-\\d+");
  private static final Duration OF_OTHERS = Duration.ofDays(1);

  private final ModelStore store;
  private final ModelWriter models;
  private final String runId;

  Leftovers(ModelStore store, ModelWriter models, String runId) {
    this.store = store;
    this.models = models;
    this.runId = runId;
  }

  static boolean isCheckpoint(String name) {
    return CHECKPOINT.matcher(name).matches();
  }

  /** Deletes them. */
  void sweep() throws IOException {
    Set<String> atWork = new HashSet<>();
    for (ModelStore.Child child : store.children("")) {
      String name = child.name();
      if (child.directory() && isCheckpoint(name)) {
        if (!sweep(name)) {
          atWork.add(name);
        }
      } else if (name.endsWith(ModelWriter.INCOMPLETE + runId)) {
        store.deleteTree(name);
      }
    }
    for (String upload : store.unfinishedUploads()) {
      if (!atWork.contains(upload.split("/", 2)[0])) {
        store.giveUp(upload);
      }
    }
  }

  /**
   * Looks after one.
   *
   * @return false if another run is at work there
   */
  private boolean sweep(String checkpoint) throws IOException {
    Optional<String> writer = models.unfinished(checkpoint);
    if (writer.isEmpty()) {
      return true;
    }
    if (models.manifest(checkpoint).isPresent()) {
      store.delete(ModelWriter.in(checkpoint, ModelWriter.MARKER));
      return true;
    }
    if (!writer.get().isEmpty() && !writer.get().equals(runId) && !isOld(checkpoint)) {
      return false;
    }
    store.deleteTree(checkpoint);
    return true;
  }

  private boolean isOld(String checkpoint) throws IOException {
    Instant young = Instant.now().minus(OF_OTHERS);
    return store.children(checkpoint).stream()
        .flatMap(child -> child.modified().stream())
        .noneMatch(modified -> modified.isAfter(young));
  }
}
