package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.ingest.tables.LocalSpark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar under spark-submit on a standalone cluster of three workers of one core, of
 * which executors or the driver are killed at random while two ranks train. Every run is, in the
 * end, the one that nobody disturbed.
 */
@Tag("cluster")
@Tag("slow")
class ChaosIT {
  private static final int STEPS = 200;
  private static final int EXECUTORS = 30;
  private static final int DRIVERS = 5;
  private static final Pattern CHECKPOINT = Pattern.compile("\\bcheckpoint-(\\d+)\\b");
  private static final Pattern STEP = Pattern.compile("(?m)^step (\\d+)/");

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static Path config;

  private final Random random = new Random(23);

  @BeforeAll
  static void undisturbed() throws Exception {
    config = PipelineFiles.write(folder);
    String classpath = Files.readString(Path.of(System.getProperty("hone.spark.classpath")));
    List<Path> jars =
        Arrays.stream(classpath.strip().split(File.pathSeparator)).map(Path::of).toList();
    cluster = StandaloneCluster.start(Files.createDirectory(folder.resolve("spark")), jars, 3, 1);
    StandaloneCluster.Result result = train("calm").result();
    assertEquals(0, result.status(), result.err());
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  @Test
  void thirtyExecutorsAreKilled() throws Exception {
    StandaloneCluster.Submitted run = train("storm");
    long saved = 0;
    for (int kill = 1; kill <= EXECUTORS; kill++) {
      saved = awaitCheckpoint(run, folder.resolve("storm"), saved, kill);
      Thread.sleep(random.nextInt(300));
      List<ProcessHandle> executors = cluster.executors();
      while (executors.isEmpty()) {
        executors = cluster.executors();
      }
      executors.get(random.nextInt(executors.size())).destroyForcibly();
    }
    StandaloneCluster.Result result = run.result();
    assertEquals(0, result.status(), result.err());
    assertSame("storm");
  }

  @Test
  void fiveDriversAreKilled() throws Exception {
    for (int kill = 1; kill <= DRIVERS; kill++) {
      StandaloneCluster.Submitted run = train("orphan");
      awaitSteps(run, 1 + random.nextInt(STEPS / (DRIVERS + 2)), kill);
      Thread.sleep(random.nextInt(200));
      run.process().destroyForcibly().waitFor();
    }
    StandaloneCluster.Result result = train("orphan").result();
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("goes on after step "), result.out());
    assertSame("orphan");
  }

  /**
   * Waits until a run has come further. It is the ranks who make the folder, so it is there at
   * once; what the driver prints comes later, and much of it together.
   *
   * @return the steps of its newest checkpoint
   */
  private static long awaitCheckpoint(
      StandaloneCluster.Submitted run, Path output, long after, int kill) throws Exception {
    while (true) {
      String names =
          String.join(" ", Optional.ofNullable(output.toFile().list()).orElse(new String[0]));
      long newest =
          CHECKPOINT
              .matcher(names)
              .results()
              .mapToLong(found -> Long.parseLong(found.group(1)))
              .max()
              .orElse(0);
      if (newest > after) {
        return newest;
      }
      requireRunning(run, kill);
      Thread.sleep(5);
    }
  }

  /** Waits until a run has said so many steps. */
  private static void awaitSteps(StandaloneCluster.Submitted run, long steps, int kill)
      throws Exception {
    while (STEP.matcher(Files.readString(run.out())).results().count() < steps) {
      requireRunning(run, kill);
      Thread.sleep(10);
    }
  }

  private static void requireRunning(StandaloneCluster.Submitted run, int kill) {
    assertTrue(
        run.process().isAlive(),
        () -> "over before kill " + kill + ": " + text(run.out()) + text(run.err()));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static StandaloneCluster.Submitted train(String run) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.executor.memory", "768m");
    settings.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    settings.put("spark.sql.shuffle.partitions", "2");
    return cluster.launch(
        Path.of(System.getProperty("hone.jar")),
        settings,
        Map.of("PLANTED", "planted"),
        "train",
        config.toString(),
        "--run-id",
        run,
        "--set",
        "output_dir=" + folder.resolve(run),
        "--set",
        "max_steps=" + STEPS,
        "--set",
        "save_steps=2",
        "--set",
        "workers=2",
        // Steps that take long enough to be hit.
        "--set",
        "sample_packing=false",
        "--set",
        "gradient_accumulation_steps=16");
  }

  private static void assertSame(String disturbed) throws IOException {
    String weights = "adapter_model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("calm").resolve(weights)),
        Files.readAllBytes(folder.resolve(disturbed).resolve(weights)));
    assertEquals(losses("calm"), losses(disturbed));
    assertEquals(STEPS, losses(disturbed).size());
  }

  private static List<String> losses(String run) {
    String query =
        "SELECT step, value FROM metrics WHERE name = 'loss' AND run_id = '%s' ORDER BY step"
            .formatted(run);
    return Hone.sql(LocalSpark.session(2, Map.of()), folder.resolve("warehouse").toString(), query)
        .collectAsList()
        .stream()
        .map(row -> row.mkString(","))
        .toList();
  }
}
