package dev.hone.training.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.Sha256;
import dev.hone.training.checkpoint.store.ModelStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes models into a store, so that one is never seen in part.
 *
 * <p>A model is written to a place aside first, {@code <target>.incomplete-<run id>} on a disk of
 * this machine and a scratch directory otherwise. It then takes the target's place: by one rename
 * if it can, else file by file with the old manifest deleted first, and with a file {@code
 * .incomplete-write}, which names the run, there for as long as that takes. The manifest always
 * comes last, and of two writers only one can put it.
 */
final class ModelWriter {
  static final String INCOMPLETE = ".incomplete-";

  /** In a model that is written or deleted file by file, so that a half is known for one. */
  static final String MARKER = INCOMPLETE + "write";

  private final ModelStore store;
  private final String runId;
  private final Path scratch;

  /**
   * A writer.
   *
   * @param scratch where models are written first if the store is not of this machine
   */
  ModelWriter(ModelStore store, String runId, Path scratch) {
    this.store = store;
    this.runId = runId;
    this.scratch = scratch;
  }

  /**
   * Writes one.
   *
   * @param target its name in the store
   * @param writer writes all files into an empty directory of this machine
   */
  Saved write(String target, long step, String format, Consumer<Path> writer) throws IOException {
    Path staging = staging(target);
    try {
      writer.accept(staging);
      Manifest manifest = Manifest.of(staging, runId, step, format);
      String json = manifest.json();
      Optional<Path> place = store.local(target);
      if (place.isPresent() && !Files.exists(place.get())) {
        Files.writeString(staging.resolve(Manifest.FILE), json);
        Files.move(staging, place.get(), StandardCopyOption.ATOMIC_MOVE);
      } else {
        replace(target, staging, manifest, json);
      }
      return new Saved(step, store.shown(target), format, manifest.bytes(), Sha256.hex(json));
    } finally {
      delete(staging);
    }
  }

  private Path staging(String target) throws IOException {
    Optional<Path> place = store.local(target);
    if (place.isEmpty()) {
      return Files.createTempDirectory(Files.createDirectories(scratch), "saved");
    }
    Path staging = place.get().resolveSibling(place.get().getFileName() + INCOMPLETE + runId);
    delete(staging);
    return Files.createDirectories(staging);
  }

  private void replace(String target, Path staging, Manifest manifest, String json)
      throws IOException {
    Optional<Manifest> old = manifest(target);
    if (old.isEmpty() && !target.isEmpty()) {
      store.deleteTree(target);
    }
    store.put(runId.getBytes(UTF_8), in(target, MARKER));
    store.delete(in(target, Manifest.FILE));
    Set<String> written = new HashSet<>();
    for (Manifest.Entry entry : manifest.files()) {
      store.put(staging.resolve(entry.name()), in(target, entry.name()));
      written.add(entry.name());
    }
    for (Manifest.Entry entry : old.map(Manifest::files).orElse(List.of())) {
      if (!written.contains(entry.name())) {
        store.delete(in(target, entry.name()));
      }
    }
    commit(target, json);
    store.delete(in(target, MARKER));
  }

  private void commit(String target, String json) throws IOException {
    try {
      store.putIfAbsent(json.getBytes(UTF_8), in(target, Manifest.FILE));
    } catch (FileAlreadyExistsException e) {
      if (manifest(target).filter(found -> found.json().equals(json)).isEmpty()) {
        throw new IOException(
            "another program wrote %s at the same time, and was first"
                .formatted(store.shown(target)),
            e);
      }
    }
  }

  /** Deletes a model: its manifest first. */
  void delete(String model) throws IOException {
    store.put(runId.getBytes(UTF_8), in(model, MARKER));
    store.delete(in(model, Manifest.FILE));
    store.deleteTree(model);
  }

  /** The manifest of a model; empty if there is no model. */
  Optional<Manifest> manifest(String model) throws IOException {
    return store.read(in(model, Manifest.FILE)).flatMap(text -> Manifest.parse(utf8(text)));
  }

  /** The run that was writing or deleting a model when it ended; empty if none was. */
  Optional<String> unfinished(String model) throws IOException {
    return store.read(in(model, MARKER)).map(ModelWriter::utf8);
  }

  private static String utf8(byte[] text) {
    return new String(text, UTF_8);
  }

  /** The name of a file of a model. */
  static String in(String model, String file) {
    return model.isEmpty() ? file : model + "/" + file;
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
