package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar, which is compiled for Spark 4.1, on a standalone cluster of Spark 4.0, with the
 * Delta of {@code cluster-jars-4.0}: {@code HONE_SPARK_4_0} is a folder that has Spark's jars in
 * {@code jars}.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "HONE_SPARK_4_0",
    matches = ".+",
    disabledReason = "HONE_SPARK_4_0 names no installation of Spark 4.0.1")
class EarlierSparkIT {

  @Test
  void trainsOnSpark40(@TempDir Path folder) throws Exception {
    Path jar = Path.of(System.getProperty("hone.jar"));
    List<Path> jars = new ArrayList<>(jars(Path.of(System.getenv("HONE_SPARK_4_0"), "jars")));
    jars.addAll(jars(jar.resolveSibling("cluster-jars-4.0")));
    assertTrue(jars.stream().anyMatch(file -> file.endsWith("spark-core_2.13-4.0.1.jar")));
    Path config = PipelineFiles.write(Files.createDirectory(folder.resolve("files")));
    Path home = Files.createDirectory(folder.resolve("spark"));
    try (StandaloneCluster cluster = StandaloneCluster.start(home, jars)) {
      StandaloneCluster.Result run =
          cluster.submit(jar, settings(), Map.of("PLANTED", "x"), "run", config.toString());
      assertEquals(0, run.status(), run.err());
      assertTrue(run.out().contains("refused: 1 corrupt_json (dataset chat)"), run.out());

      Map<String, String> local = settings();
      local.put("spark.master", "local[2]");
      StandaloneCluster.Result rows =
          cluster.submit(
              jar,
              local,
              Map.of(),
              "sql",
              "--warehouse",
              folder.resolve("files/warehouse").toString(),
              "--format",
              "csv",
              "SELECT state, steps, (SELECT count(*) FROM documents) AS documents FROM run_summary");
      assertEquals(0, rows.status(), rows.err());
      assertEquals("state,steps,documents\nfinished,3,25\n", rows.out());
    }
  }

  private static Map<String, String> settings() {
    return new TreeMap<>(
        Map.of(
            "spark.executor.memory", "768m",
            "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.sql.shuffle.partitions", "2",
            "spark.sql.codegen.wholeStage", "false",
            "spark.sql.codegen.factoryMode", "NO_CODEGEN"));
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }
}
