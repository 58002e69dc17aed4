package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.ingest.tables.LocalSpark;
import dev.hone.jobs.cli.HoneCli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hone train} in a JVM of its own, which is sent SIGTERM. */
@Tag("cluster")
class TerminationTest {
  private static final int STEPS = 30;
  private static final int SIGTERM = 143;
  private static final Pattern STOPPED =
      Pattern.compile(
          "hone: run_id 'cut' was asked to stop, and has a checkpoint after step (\\d+) of 30; the same call with run_id: cut goes on from there");

  @TempDir static Path folder;

  private static Path config;

  @BeforeAll
  static void files() throws IOException {
    SparkSession.getDefaultSession().foreach(TerminationTest::stop);
    config = PipelineFiles.write(folder);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return null;
  }

  @Tag("slow")
  @Test
  void aRunThatIsToldToEndLeavesACheckpointAndGoesOn() throws Exception {
    assertEquals(0, hone(arguments("whole")).status());

    OwnJvm.Result cut = terminated(arguments("cut"), out -> out.contains("\nstep 2/"));
    assertEquals(SIGTERM, cut.status(), cut.err());
    List<String> said = cut.err().lines().filter(line -> line.startsWith("hone: ")).toList();
    assertEquals("hone: ended by a signal: writes a checkpoint after this step", said.get(0));
    Matcher stopped = STOPPED.matcher(said.get(1));
    assertTrue(stopped.matches(), cut.err());
    assertEquals(2, said.size(), cut.err());
    long step = Long.parseLong(stopped.group(1));
    assertTrue(step >= 2 && step < STEPS, stopped.group());

    OwnJvm.Result rest = hone(arguments("cut"));
    assertEquals(0, rest.status(), rest.err());
    assertTrue(rest.out().contains("goes on after step " + step + ", from "), rest.out());
    String weights = "adapter_model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole").resolve(weights)),
        Files.readAllBytes(folder.resolve("cut").resolve(weights)));
    assertEquals(losses("whole"), losses("cut"));
    assertEquals(STEPS, losses("cut").size());
  }

  /** Nothing can be gone on from yet, and what Spark then says is nobody's news. */
  @Test
  @Tag("slow")
  void beforeTheFirstStepItJustEnds() throws Exception {
    Path tables = folder.resolve("early-tables");
    List<String> arguments = new ArrayList<>(List.of(arguments("early")));
    arguments.addAll(List.of("--warehouse", tables.toString()));
    OwnJvm.Result result =
        terminated(arguments.toArray(String[]::new), out -> Files.exists(tables));
    assertEquals(SIGTERM, result.status(), result.err());
    assertFalse(result.err().contains("ession"), result.err());
    assertFalse(result.out().contains("\nstep "), result.out());
    List<String> said = result.err().lines().filter(line -> line.startsWith("hone: ")).toList();
    String ended =
        "hone: ended by a signal; what is committed stays, and the same call goes on from there";
    assertTrue(said.isEmpty() || said.equals(List.of(ended)), result.err());
  }

  private static String[] arguments(String run) {
    return new String[] {
      "train",
      config.toString(),
      "--run-id",
      run,
      "--set",
      "output_dir=" + folder.resolve(run),
      "--set",
      "max_steps=" + STEPS,
      "--set",
      "workers=2"
    };
  }

  private static OwnJvm.Result hone(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    HoneCli cli =
        new HoneCli(new PrintWriter(out), new PrintWriter(err), Map.of("PLANTED", "planted"));
    int status = cli.run(arguments);
    return new OwnJvm.Result(status, out.toString(), err.toString());
  }

  /** Ends the JVM when it is so far. */
  private static OwnJvm.Result terminated(String[] arguments, Predicate<String> at)
      throws Exception {
    return OwnJvm.ended(folder, Map.of("PLANTED", "planted"), OwnJvm.End.TERM, at, arguments);
  }

  private static List<String> losses(String run) {
    SparkSession spark = LocalSpark.session(2, Map.of());
    String query =
        "SELECT step, value FROM metrics WHERE name = 'loss' AND run_id = '%s' ORDER BY step"
            .formatted(run);
    return Hone.sql(spark, folder.resolve("warehouse").toString(), query).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }
}
