package dev.hone.ingest.tables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.EvalRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Two JVMs append to one table in a bucket at the same time, through {@link
 * ConditionalPutLogStore}, and lose nothing. Nothing but the object store is between them.
 */
@EnabledIfEnvironmentVariable(
    named = "HONE_S3_ENDPOINT",
    matches = "http.*",
    disabledReason =
        "HONE_S3_ENDPOINT names no object store; CONTRIBUTING.md says how to start one")
class TwoDriversTest {
  private static final String ENDPOINT = System.getenv("HONE_S3_ENDPOINT");

  private final SparkSession spark = TestSpark.session();

  @Tag("cluster")
  @Tag("slow")
  @Test
  void tenCommitsEach() throws Exception {
    appendFromTwoJvms(10);
  }

  @Tag("slow")
  @Test
  void twoHundredCommitsEach() throws Exception {
    appendFromTwoJvms(200);
  }

  private void appendFromTwoJvms(int commits) throws Exception {
    Configuration shared = spark.sparkContext().hadoopConfiguration();
    AppendDriver.s3a(ENDPOINT)
        .forEach((key, value) -> shared.set(key.substring("spark.hadoop.".length()), value));
    String place = "s3a://hone-test/" + UUID.randomUUID();
    Warehouse warehouse = Warehouse.open(spark, place);
    warehouse.create(List.of(EvalRow.class));

    List<Process> drivers = List.of(start(place, "a", commits), start(place, "b", commits));
    for (Process driver : drivers) {
      awaitReady(driver);
    }
    Instant begin = Instant.now();
    for (Process driver : drivers) {
      try (Writer in = driver.outputWriter(UTF_8)) {
        in.write("go\n");
      }
    }
    for (Process driver : drivers) {
      assertEquals(0, driver.waitFor());
    }
    Duration took = Duration.between(begin, Instant.now());

    long[] versions =
        warehouse.deltaTable(EvalRow.class).history().select("version").collectAsList().stream()
            .mapToLong(row -> row.getLong(0))
            .sorted()
            .toArray();
    assertEquals(
        LongStream.rangeClosed(0, 2L * commits).boxed().toList(),
        Arrays.stream(versions).boxed().toList());
    assertEquals(2L * commits, warehouse.read(EvalRow.class).count());
    assertEquals(
        2L * commits, warehouse.read(EvalRow.class).select("run_id", "step").distinct().count());
    long turns = turns(warehouse);
    System.err.printf(
        "2 JVMs x %d commits in %d s, the writer changed %d times%n",
        commits, took.toSeconds(), turns);
    assertTrue(turns > commits / 10, "they did not write at the same time: " + turns);
  }

  /** How often a commit is of another driver than the one before it. */
  private static long turns(Warehouse warehouse) {
    List<String> writers =
        warehouse
            .read(EvalRow.class)
            .selectExpr("run_id", "_metadata.file_modification_time AS at", "step")
            .orderBy("at", "step")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    return LongStream.range(1, writers.size())
        .filter(i -> !writers.get((int) i).equals(writers.get((int) i - 1)))
        .count();
  }

  private static Process start(String place, String run, int commits) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The options of this JVM open the modules that Spark needs.
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-XX") || option.startsWith("--"))
            .toList());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            // Surefire puts the class path into a jar's manifest and names the real one here.
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AppendDriver.class.getName(),
            ENDPOINT,
            place,
            run,
            String.valueOf(commits)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void awaitReady(Process driver) throws IOException {
    BufferedReader out = new BufferedReader(new InputStreamReader(driver.getInputStream(), UTF_8));
    String line = out.readLine();
    while (line != null && !line.equals(AppendDriver.READY)) {
      line = out.readLine();
    }
    assertEquals(AppendDriver.READY, line, "a driver ended before it was told to begin");
  }
}
