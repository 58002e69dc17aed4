package dev.hone.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class OutputDirectoryTest {
  @TempDir private Path directory;

  @Test
  void aModelAppearsWithItsManifest() throws IOException {
    Path target = directory.resolve("deep/out");
    OutputDirectory output = output(target, "run-1");
    output.requireUsable();
    assertEquals(List.of(), names(directory), "looking leaves nothing behind");

    Saved saved = output.publish(7, "hf", files("config.json", "{}", "sub/a.bin", "abc"));

    assertEquals(List.of("config.json", "manifest.json", "sub"), names(target));
    assertEquals(List.of("out"), names(directory.resolve("deep")));
    String json = Files.readString(target.resolve("manifest.json"));
    Manifest manifest = Manifest.parse(json).orElseThrow();
    assertEquals(
        List.of(
            new Manifest.Entry("config.json", 2, Sha256.hex("{}")),
            new Manifest.Entry("sub/a.bin", 3, Sha256.hex("abc"))),
        manifest.files());
    assertEquals(new Saved(7, target.toString(), "hf", 5, Sha256.hex(json)), saved);
  }

  @Test
  void aSecondRunReplacesWhatTheFirstWroteAndKeepsCheckpoints() throws IOException {
    Path target = directory.resolve("out");
    output(target, "run-1").publish(1, "hf", files("config.json", "old", "model.bin", "old"));
    OutputDirectory second = output(target, "run-2");
    second.requireUsable();
    second.checkpoint(
        5, "peft", 0, OptionalLong.empty(), files("adapter.bin", "half"), path -> fail(path));
    second.publish(10, "peft", files("config.json", "new", "adapter.bin", "new"));

    assertEquals(
        List.of("adapter.bin", "checkpoint-5", "config.json", "manifest.json"), names(target));
    assertEquals("new", Files.readString(target.resolve("config.json")));
    assertEquals(List.of("out"), names(directory));
    output(target, "run-3").requireUsable();
  }

  @Test
  void logsOfRunsLieBesideTheModel() throws IOException {
    Path target = directory.resolve("out");
    Path log = Files.createDirectories(target.resolve(OutputDirectory.LOGS)).resolve("a.jsonl");
    Files.writeString(log, "{}");
    OutputDirectory output = output(target, "run-1");
    output.requireUsable();
    output.publish(1, "hf", files("config.json", "{}"));
    output(target, "run-2").requireUsable();
    assertEquals(List.of("config.json", "manifest.json", "runs"), names(target));
    assertEquals("{}", Files.readString(log));
  }

  @Test
  void onlyTheNewestCheckpointsOfTheRunStay() throws IOException {
    OutputDirectory output = output(directory.resolve("out"), "run-1");
    List<String> deleted = new ArrayList<>();
    for (long step : new long[] {9, 10, 11}) {
      output.checkpoint(step, "hf", 2, OptionalLong.empty(), files("model.bin", "x"), deleted::add);
    }
    assertEquals(List.of(directory.resolve("out/checkpoint-9").toString()), deleted);
    assertEquals(List.of("checkpoint-10", "checkpoint-11"), names(directory.resolve("out")));
  }

  @Test
  void aRunDeletesItsOwnModelAndNoOther() throws IOException {
    Path target = directory.resolve("out");
    OutputDirectory output = output(target, "run-1");
    output.checkpoint(4, "hf", 0, OptionalLong.empty(), files("model.bin", "x"), deleted -> {});
    output.publish(5, "hf", files("model.bin", "y"));
    assertFalse(output(target, "run-2").deleteAll());
    assertEquals(List.of("checkpoint-4", "manifest.json", "model.bin"), names(target));
    // As one that was killed while it deleted leaves it.
    Files.writeString(target.resolve(ModelWriter.MARKER), "run-1");
    Files.delete(target.resolve("manifest.json"));
    assertFalse(output(target, "run-2").deleteAll());
    assertTrue(output.deleteAll());
    assertFalse(Files.exists(target));
    assertFalse(output.deleteAll(), "nothing is there");
  }

  /** A device that is always full stands in for a disk. */
  @Test
  void aFullDiskLeavesTheOlderCheckpoint() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    OutputDirectory output = output(directory.resolve("out"), "run-1");
    Consumer<Path> weights =
        to ->
            SafetensorsWriter.write(
                to.resolve("model.safetensors"),
                Dtype.F32,
                List.of(
                    new TensorSource(
                        "w", new long[] {4}, (offset, target) -> target.position(target.limit()))));
    output.checkpoint(1, "hf", 1, OptionalLong.empty(), weights, deleted -> {});
    String message =
        assertThrows(
                HoneException.class,
                () ->
                    output.checkpoint(
                        2,
                        "hf",
                        1,
                        OptionalLong.empty(),
                        to -> {
                          link(to.resolve(".model.safetensors.partial"), full);
                          weights.accept(to);
                        },
                        deleted -> {}))
            .getMessage();
    assertEquals(
        directory.resolve("out/checkpoint-2.incomplete-run-1/model.safetensors")
            + " cannot be written: No space left on device; the file needs 16 bytes: make room"
            + " there, or name another directory",
        message);
    assertEquals(List.of("checkpoint-1"), names(directory.resolve("out")));
    assertEquals(1, output.checkpoints().newest().orElseThrow().step());
  }

  private static void link(Path link, Path target) {
    try {
      Files.createSymbolicLink(link, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theBestStaysWhateverTheLimit() throws IOException {
    OutputDirectory output = output(directory.resolve("out"), "run-1");
    for (long step : new long[] {9, 10, 11, 12}) {
      output.checkpoint(step, "hf", 1, OptionalLong.of(10), files("model.bin", "x"), deleted -> {});
    }
    assertEquals(List.of("checkpoint-10", "checkpoint-12"), names(directory.resolve("out")));
    output.checkpoint(13, "hf", 1, OptionalLong.of(13), files("model.bin", "x"), deleted -> {});
    assertEquals(List.of("checkpoint-13"), names(directory.resolve("out")));
  }

  /** A run that is killed leaves halves; the next attempt of it clears them, and no other's. */
  @Test
  void aSweepTakesHalvesOfTheRunAndOldOnes() throws IOException {
    Path target = directory.resolve("out");
    OutputDirectory output = output(target, "run-1");
    output.checkpoint(1, "hf", 0, OptionalLong.empty(), files("a", "x"), deleted -> {});
    Files.writeString(target.resolve("checkpoint-1/.incomplete-write"), "run-1");
    for (String name : List.of("checkpoint-2", "checkpoint-3", "checkpoint-4")) {
      Path half = Files.createDirectories(target.resolve(name));
      Files.writeString(half.resolve("model.safetensors"), "half");
      Files.writeString(half.resolve(".incomplete-write"), name.endsWith("2") ? "run-1" : "run-2");
    }
    for (String name : List.of("model.safetensors", ".incomplete-write")) {
      Files.setLastModifiedTime(
          target.resolve("checkpoint-4").resolve(name),
          FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }
    Files.createDirectories(target.resolve("checkpoint-5.incomplete-run-1"));
    Files.createDirectories(target.resolve("checkpoint-5.incomplete-run-2"));

    output.sweep();

    assertEquals(
        List.of("checkpoint-1", "checkpoint-3", "checkpoint-5.incomplete-run-2"), names(target));
    assertEquals(List.of("a", "manifest.json"), names(target.resolve("checkpoint-1")));
  }

  @Test
  void aFailedWriteLeavesNothingThatLooksLikeAModel() throws IOException {
    OutputDirectory output = output(directory.resolve("out"), "run-1");
    assertThrows(
        HoneException.class,
        () ->
            output.publish(
                1,
                "hf",
                path -> {
                  files("config.json", "{}").accept(path);
                  throw new HoneException("disk full");
                }));
    assertEquals(List.of(), names(directory));
  }

  /** What was cut off while it was written or deleted file by file is ours, and no model. */
  @Test
  void halvesAreKnownForWhatTheyAre() throws IOException {
    Path target = directory.resolve("out");
    OutputDirectory output = output(target, "run-1");
    for (String half : List.of("checkpoint-5", ".")) {
      Path place = Files.createDirectories(target.resolve(half));
      Files.writeString(place.resolve("model.safetensors"), "half");
      assertThrows(HoneException.class, output::requireUsable, half);
      Files.writeString(place.resolve(".incomplete-write"), "");
      output.requireUsable();
    }
    assertEquals(List.of(), output.checkpoints().all());
    output.checkpoint(5, "hf", 0, OptionalLong.empty(), files("config.json", "{}"), deleted -> {});
    output.publish(6, "hf", files("model.safetensors", "whole"));
    assertEquals(List.of("checkpoint-5", "manifest.json", "model.safetensors"), names(target));
    assertEquals(5, output.checkpoints().newest().orElseThrow().step());
    output.checkpoints().deleteAfter(-1);
    assertEquals(List.of("manifest.json", "model.safetensors"), names(target));
    output.requireUsable();
  }

  @Test
  void whatHoneDidNotWriteIsNotOverwritten() throws IOException {
    Path target = Files.createDirectories(directory.resolve("model"));
    Files.writeString(target.resolve("config.json"), "{}");
    refuses(target, "already holds 'config.json', which hone did not write");

    // A manifest of ours does not cover what is not in it, nor does another tool's manifest.
    Files.delete(target.resolve("config.json"));
    Files.writeString(target.resolve("manifest.json"), "{\"files\": []}");
    refuses(target, "already holds 'manifest.json'");
    Files.delete(target.resolve("manifest.json"));
    output(target, "run-1").publish(1, "hf", files("config.json", "{}"));
    Files.writeString(target.resolve("thesis.tex"), "all I have");
    refuses(target, "already holds 'thesis.tex'");
  }

  @Test
  void aFileOrAPlaceUnderAFileIsRefusedBeforehand() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    refuses(file, "is a file");
    refuses(file.resolve("below"), "cannot be written");
    HoneException thrown =
        assertThrows(HoneException.class, () -> output(Path.of("nosuch://x/y"), "run-1"));
    assertTrue(thrown.getMessage().contains("cannot be reached"), thrown.getMessage());
  }

  private void refuses(Path target, String problem) {
    HoneException thrown =
        assertThrows(HoneException.class, () -> output(target, "run-9").requireUsable());
    assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("name "), "a cure: " + thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"));
  }

  private static OutputDirectory output(Path path, String runId) {
    String location = path.toString().replace("nosuch:/", "nosuch://");
    return OutputDirectory.at(location, runId, new Configuration());
  }

  private static Consumer<Path> files(String... namesAndContents) {
    return directory -> {
      try {
        for (int i = 0; i < namesAndContents.length; i += 2) {
          Path file = directory.resolve(namesAndContents[i]);
          Files.createDirectories(file.getParent());
          Files.writeString(file, namesAndContents[i + 1]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
