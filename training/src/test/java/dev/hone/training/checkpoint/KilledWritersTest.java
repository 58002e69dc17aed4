package dev.hone.training.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.checkpoint.store.ModelStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that writes checkpoints to a bucket is killed at random points, again and again, and
 * goes on each time. Whatever is visible then is whole, at most the checkpoint that was being
 * written is lost, and of it nothing stays.
 */
@EnabledIfEnvironmentVariable(
    named = "HONE_S3_ENDPOINT",
    matches = "http.*",
    disabledReason =
        "HONE_S3_ENDPOINT names no object store; CONTRIBUTING.md says how to start one")
class KilledWritersTest {
  private static final String ENDPOINT = System.getenv("HONE_S3_ENDPOINT");

  /** About as long as one checkpoint takes to write, and the deletion of another. */
  private static final int MILLIS = 1500;

  @TempDir private Path folder;

  @Tag("cluster")
  @Test
  void killedThreeTimes() throws Exception {
    kill(3, new Random(3));
  }

  @Tag("slow")
  @Test
  void killedTwentyTimes() throws Exception {
    kill(20, new Random(20));
  }

  private void kill(int times, Random random) throws Exception {
    Bucket bucket = Bucket.at(ENDPOINT);
    int halves = 0;
    try (OutputDirectory output = bucket.output(SavingProgram.RUN, folder);
        ModelStore store = bucket.store()) {
      for (int i = 0; i < times; i++) {
        long begun = begunWhenKilled(bucket, 1 + random.nextInt(2), random.nextInt(MILLIS));
        long newest = output.checkpoints().newest().map(RunCheckpoints.Found::step).orElse(0L);
        assertTrue(newest >= begun - 1, newest + " is visible, and " + begun + " was begun");
        Bucket.verifyAll(output, Files.createTempDirectory(folder, "copies"));
        halves += store.children("").size() - output.checkpoints().all().size();
        output.sweep();
        Bucket.requireNoStrays(store, output);
        System.err.printf("kill %d: %d begun, %d visible%n", i + 1, begun, newest);
      }
    }
    System.err.printf("%d of %d kills left half a checkpoint%n", halves, times);
    assertTrue(times < 20 || halves > 0, "no kill met a checkpoint half-way");
  }

  /**
   * Starts the program, and kills it a while after it has begun so many checkpoints.
   *
   * @return the last checkpoint that it began
   */
  private long begunWhenKilled(Bucket bucket, int checkpoints, int millis) throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Surefire puts the class path into a jar's manifest and names the real one here.
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SavingProgram.class.getName(),
                ENDPOINT,
                bucket.location(),
                folder.resolve("scratch").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8))) {
      long begun = 0;
      for (int i = 0; i < checkpoints; i++) {
        begun = Long.parseLong(out.readLine());
      }
      Thread.sleep(millis);
      // Unlike the process itself, its handle leaves open what it has said.
      program.toHandle().destroyForcibly();
      program.waitFor();
      // What it had sent before reaches the store.
      Thread.sleep(200);
      List<String> rest = out.lines().toList();
      return rest.isEmpty() ? begun : Long.parseLong(rest.get(rest.size() - 1));
    } catch (IOException | RuntimeException e) {
      program.destroyForcibly();
      throw e;
    }
  }
}
