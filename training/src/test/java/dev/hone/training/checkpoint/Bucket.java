package dev.hone.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.checkpoint.store.ModelStore;
import dev.hone.training.checkpoint.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** A new prefix in the bucket that the tests have, by the settings of s3a. */
record Bucket(String location, Configuration settings) {

  /**
   * A prefix of its own.
   *
   * @param endpoint of the store; the keys are in the environment
   */
  static Bucket at(String endpoint) {
    return new Bucket("s3://hone-test/" + UUID.randomUUID() + "/out", settings(endpoint));
  }

  static Configuration settings(String endpoint) {
    Configuration settings = new Configuration();
    settings.set("fs.s3a.endpoint", endpoint);
    settings.set("fs.s3a.endpoint.region", "us-east-1");
    settings.set("fs.s3a.path.style.access", "true");
    return settings;
  }

  /** The same place by another way. */
  Bucket through(String endpoint) {
    return new Bucket(location, settings(endpoint));
  }

  OutputDirectory output(String runId, Path scratch) {
    return OutputDirectory.at(location, runId, settings, scratch);
  }

  ModelStore store() throws IOException {
    return Stores.at(location, settings);
  }

  /** Copies all that is visible to this machine, which compares every byte with its manifest. */
  static void verifyAll(OutputDirectory output, Path folder) throws IOException {
    for (RunCheckpoints.Found found : output.checkpoints().all()) {
      Path copy = Files.createTempDirectory(folder, "copy");
      output.checkpoints().fetchState(found, copy);
      output.checkpoints().fetchModel(found, copy);
    }
  }

  /** Nothing lies there that no manifest names, and no upload is open. */
  static void requireNoStrays(ModelStore store, OutputDirectory output) throws IOException {
    Set<String> known = new TreeSet<>();
    for (RunCheckpoints.Found found : output.checkpoints().all()) {
      known.add(found.name() + "/" + Manifest.FILE);
      found.manifest().files().forEach(file -> known.add(found.name() + "/" + file.name()));
    }
    Set<String> there = new TreeSet<>();
    list(store, "", there);
    assertEquals(known, there);
    assertEquals(List.of(), store.unfinishedUploads());
  }

  private static void list(ModelStore store, String directory, Set<String> names)
      throws IOException {
    for (ModelStore.Child child : store.children(directory)) {
      String name = directory.isEmpty() ? child.name() : directory + "/" + child.name();
      if (child.directory()) {
        list(store, name, names);
      } else {
        names.add(name);
      }
    }
  }

  /** Files in the shape of a checkpoint, of which the largest goes up in parts. */
  static Consumer<Path> model(long step) {
    return directory -> {
      Random random = new Random(step);
      try {
        Files.createDirectories(directory.resolve(TrainerState.FOLDER));
        Files.writeString(directory.resolve("config.json"), "{\"step\": %d}".formatted(step));
        Files.write(directory.resolve("model.safetensors"), bytes(random, 20 << 20));
        Files.write(directory.resolve("trainer/optimizer.safetensors"), bytes(random, 3 << 20));
        Files.writeString(directory.resolve("trainer/state.json"), "{}");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    };
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
