package dev.hone.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.checkpoint.store.ModelStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the object store that {@code HONE_S3_ENDPOINT} names. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "HONE_S3_ENDPOINT",
    matches = "http.*",
    disabledReason =
        "HONE_S3_ENDPOINT names no object store; CONTRIBUTING.md says how to start one")
class BucketCheckpointsTest {
  private static final String ENDPOINT = System.getenv("HONE_S3_ENDPOINT");

  @TempDir private Path folder;

  private final Bucket bucket = Bucket.at(ENDPOINT);

  @Test
  void checkpointsAndTheModelComeAndGo() throws IOException {
    List<String> deleted = new ArrayList<>();
    try (OutputDirectory output = bucket.output("run-1", folder.resolve("scratch"));
        ModelStore store = bucket.store()) {
      output.requireUsable();
      for (long step : new long[] {9, 10, 11}) {
        output.checkpoint(step, "hf", 2, OptionalLong.empty(), Bucket.model(step), deleted::add);
      }
      assertEquals(List.of(bucket.location() + "/checkpoint-9"), deleted);
      assertEquals(11, output.checkpoints().newest().orElseThrow().step());
      Bucket.verifyAll(output, folder);
      Bucket.requireNoStrays(store, output);

      Saved saved = output.publish(12, "hf", Bucket.model(12));
      assertEquals(bucket.location(), saved.path());
      output.publish(13, "hf", Bucket.model(13));
      output.requireUsable();
      output.checkpoints().deleteAfter(-1);
      assertEquals(
          List.of("config.json", "manifest.json", "model.safetensors", "trainer"),
          store.children("").stream().map(ModelStore.Child::name).toList());
      try (var left = Files.list(folder.resolve("scratch"))) {
        assertEquals(0, left.count(), "what waited on this machine is gone");
      }
    }
  }

  @Test
  void aChangedByteIsFound() throws IOException {
    try (OutputDirectory output = bucket.output("run-1", folder);
        ModelStore store = bucket.store()) {
      output.checkpoint(5, "hf", 0, OptionalLong.empty(), Bucket.model(5), path -> {});
      String name = "checkpoint-5/model.safetensors";
      Path copy = folder.resolve("copy.bin");
      store.fetch(name, copy);
      byte[] bytes = Files.readAllBytes(copy);
      bytes[17 << 20] ^= 1;
      Files.write(copy, bytes);
      store.put(copy, name);
      String message =
          assertThrows(HoneException.class, () -> Bucket.verifyAll(output, folder)).getMessage();
      assertTrue(
          message.startsWith(bucket.location() + "/" + name + " has 20971520 bytes with SHA-256"),
          message);
      store.delete(name);
      assertTrue(
          assertThrows(HoneException.class, () -> Bucket.verifyAll(output, folder))
              .getMessage()
              .contains("HeadObject of " + bucket.location() + "/" + name + " failed"));
    }
  }

  @Test
  void ofTwoWritersOneCommits() throws IOException {
    try (OutputDirectory other = bucket.output("run-2", folder);
        ModelStore store = bucket.store()) {
      ModelStore overtaken =
          before(
              "putIfAbsent",
              store,
              () ->
                  other.checkpoint(5, "hf", 0, OptionalLong.empty(), Bucket.model(6), path -> {}));
      ModelWriter one = new ModelWriter(overtaken, "run-1", folder);
      IOException thrown =
          assertThrows(
              IOException.class, () -> one.write("checkpoint-5", 5, "hf", Bucket.model(5)));
      assertEquals(
          "another program wrote %s/checkpoint-5 at the same time, and was first"
              .formatted(bucket.location()),
          thrown.getMessage());
      assertEquals(5, other.checkpoints().newest().orElseThrow().step());
      Bucket.verifyAll(other, folder);
      byte[] same = store.read("checkpoint-5/manifest.json").orElseThrow();
      store.putIfAbsent(same, "checkpoint-5/manifest.json");
    }
  }

  private static ModelStore before(String method, ModelStore store, Runnable action) {
    return (ModelStore)
        Proxy.newProxyInstance(
            ModelStore.class.getClassLoader(),
            new Class<?>[] {ModelStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                action.run();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** What one attempt cannot do, another does. */
  @ParameterizedTest
  @EnumSource
  void faultsThatPassDoNoHarm(FaultyWay.Fault fault) throws IOException {
    try (FaultyWay way = new FaultyWay(ENDPOINT, fault, 3)) {
      Bucket faulty = bucket.through(way.endpoint());
      faulty.settings().set("fs.s3a.connection.timeout", "2s");
      try (OutputDirectory output = faulty.output("run-1", folder)) {
        output.checkpoint(5, "hf", 0, OptionalLong.empty(), Bucket.model(5), path -> {});
        assertEquals(0, way.left(), "nothing went wrong");
        Bucket.verifyAll(output, folder);
      }
    }
    try (FaultyWay way = new FaultyWay(ENDPOINT, fault, 3)) {
      Bucket faulty = bucket.through(way.endpoint());
      faulty.settings().set("fs.s3a.connection.timeout", "2s");
      try (OutputDirectory output = faulty.output("run-1", folder)) {
        Bucket.verifyAll(output, folder);
        assertEquals(0, way.left(), "nothing went wrong");
      }
    }
  }

  /** One line says what could not be done; nothing is visible; and another attempt does it. */
  @ParameterizedTest
  @EnumSource
  void faultsThatStayAreOneLine(FaultyWay.Fault fault) throws IOException {
    try (FaultyWay way = new FaultyWay(ENDPOINT, fault, Integer.MAX_VALUE)) {
      Bucket faulty = bucket.through(way.endpoint());
      faulty.settings().set("fs.s3a.connection.timeout", "1s");
      faulty.settings().set("fs.s3a.attempts.maximum", "2");
      try (OutputDirectory output = faulty.output("run-1", folder)) {
        String message =
            assertThrows(
                    HoneException.class,
                    () ->
                        output.checkpoint(
                            5, "hf", 0, OptionalLong.empty(), Bucket.model(5), path -> {}))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(
            message.matches(
                "output_dir '%s' cannot be written: \\w+ of %s/checkpoint-5/.* failed: .*, in 2 attempts; run again with the same run_id .*"
                    .formatted(bucket.location(), bucket.location())),
            message);
      }
    }
    try (OutputDirectory output = bucket.output("run-1", folder);
        ModelStore store = bucket.store()) {
      assertEquals(List.of(), output.checkpoints().all());
      output.requireUsable();
      output.sweep();
      Bucket.requireNoStrays(store, output);
      output.checkpoint(5, "hf", 0, OptionalLong.empty(), Bucket.model(5), path -> {});
      Bucket.verifyAll(output, folder);
    }
  }
}
