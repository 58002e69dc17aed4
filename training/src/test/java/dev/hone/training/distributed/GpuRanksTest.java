package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.parallel.Ranks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks on a worker that says that it has two GPUs. No device is there: only who gets which. */
@Tag("cluster")
class GpuRanksTest {
  private static final StructType PACKS =
      StructType.fromDDL(
          "split STRING, pack_id BIGINT, input_ids ARRAY<INT>, loss_weights ARRAY<FLOAT>, document_starts ARRAY<INT>, answers ARRAY<STRING>, margins ARRAY<DOUBLE>");
  private static final RankTeam TWO = RankTeam.of(Ranks.gradients(2));

  @TempDir private Path home;
  private SparkSession spark;

  @Test
  void eachRankComputesOnTheDeviceThatSparkGivesIt() throws IOException {
    Path script = home.resolve("gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    start(
        Map.of(
            "spark.worker.resource.gpu.amount", "2",
            "spark.worker.resource.gpu.discoveryScript", script.toString(),
            "spark.executor.resource.gpu.amount", "1"));
    Gpu gpu = gpuWritingTo(home.toString());
    gpu.requireAllotted(false, spark.sparkContext().conf());

    try {
      run(Optional.of(gpu));
      assertEquals(new TreeSet<>(List.of("device-0", "device-1")), devices());

      // What asks for none, as the preparation of data, gets none.
      run(Optional.empty());
      long without =
          spark
              .range(0, 4, 1, 2)
              .javaRDD()
              .filter(row -> TaskContext.get().resources().isEmpty())
              .count();
      assertEquals(4, without);
    } finally {
      LocalCluster.stop(spark);
    }
  }

  @Test
  void executorsWithoutAGpuAreRefusedBeforeAnything() {
    Gpu gpu = gpuWritingTo(home.toString());
    SparkConf conf = new SparkConf(false).setMaster("spark://h:7077");
    HoneException early = assertThrows(HoneException.class, () -> gpu.requireAllotted(false, conf));
    assertTrue(
        early.getMessage().contains("add --conf spark.executor.resource.gpu.amount=1"),
        early.getMessage());
    assertDoesNotThrow(() -> gpu.requireAllotted(true, conf));
    conf.set("spark.executor.resource.gpu.amount", "1");
    assertDoesNotThrow(() -> gpu.requireAllotted(false, conf));
  }

  private static Gpu gpuWritingTo(String folder) {
    return new Gpu(
        address -> {
          try {
            Files.createFile(Path.of(folder, "device-" + address));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void run(Optional<Gpu> gpu) {
    Dataset<Row> packs = spark.createDataFrame(List.of(), PACKS);
    RankStage.run(
        spark,
        "devices",
        packs,
        TWO,
        gpu,
        context -> context.ranks().sums(1),
        message -> {},
        () -> false);
  }

  private TreeSet<String> devices() throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      TreeSet<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("device-"))
          .forEach(names::add);
      return names;
    }
  }

  private void start(Map<String, String> settings) throws IOException {
    spark = LocalCluster.start(home.resolve("spark"), "local-cluster[1,2,2048]", shared(settings));
  }

  /** Two executors of a core on the one worker. */
  private static Map<String, String> shared(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.executor.cores", "1");
    return all;
  }
}
