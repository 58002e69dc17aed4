package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar under spark-submit on a standalone cluster, with model, corpus, tables and
 * output in a bucket, tables by s3a and models by the AWS SDK: {@code HONE_S3_ENDPOINT} names an
 * object store that has the bucket {@code hone-test}. Only the driver is given the credentials.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "HONE_S3_ENDPOINT",
    matches = "http.*",
    disabledReason =
        "HONE_S3_ENDPOINT names no object store; CONTRIBUTING.md says how to start one")
class ClusterIT {
  private static final String PLANTED = "planted-8d21c7";

  @Test
  void runsOnABucketAndIsIdempotent(@TempDir Path folder) throws Exception {
    String endpoint = System.getenv("HONE_S3_ENDPOINT");
    String place = "s3a://hone-test/" + UUID.randomUUID();
    Path files = Files.createDirectory(folder.resolve("files"));
    PipelineFiles.write(files);
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            base_model: %1$s/model
            adapter: lora
            lora_r: 4
            datasets:
              - {path: %1$s/chat.jsonl, type: sharegpt}
            sequence_len: 128
            sample_packing: true
            learning_rate: 1e-3
            max_steps: 2
            logging_steps: 1
            output_dir: %2$s/out
            warehouse: %1$s/warehouse
            run_id: smoke
            hub_token: ${PLANTED}
            """
                .formatted(place, place.replace("s3a:", "s3:")));
    Configuration hadoop = new Configuration();
    s3a(endpoint)
        .forEach((key, value) -> hadoop.set(key.substring("spark.hadoop.".length()), value));
    try (FileSystem store =
        FileSystem.newInstance(new org.apache.hadoop.fs.Path(place).toUri(), hadoop)) {
      upload(files, store, place);
      Path home = Files.createDirectory(folder.resolve("spark"));
      Path events = Files.createDirectory(home.resolve("events"));
      try (StandaloneCluster cluster = StandaloneCluster.start(home, sparkJars())) {
        submitAll(cluster, settings(endpoint, events), config, place);
        assertEquals(List.of(), cluster.filesWith(PLANTED));
        assertEquals(List.of(), cluster.filesWith(System.getenv("AWS_SECRET_ACCESS_KEY")));
        assertTrue(!cluster.filesWith("SparkListenerEnvironmentUpdate").isEmpty(), "no event log");
      }
      requireComplete(store, place + "/out");
    }
  }

  private static void submitAll(
      StandaloneCluster cluster, Map<String, String> settings, Path config, String place)
      throws Exception {
    Path jar = Path.of(System.getProperty("hone.jar"));
    Map<String, String> environment = new HashMap<>(Map.of("PLANTED", PLANTED));
    for (String name : List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")) {
      environment.put(name, System.getenv(name));
    }

    StandaloneCluster.Result run =
        cluster.submit(jar, settings, environment, "run", config.toString());
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("refused: 1 corrupt_json (dataset chat)"), run.out());
    assertTrue(
        run.out().contains("model: " + place.replace("s3a:", "s3:") + "/out, after 2 steps"),
        run.out());

    // What follows needs no executor, and is spared the start of one.
    settings.put("spark.master", "local[2]");
    StandaloneCluster.Result again =
        cluster.submit(jar, settings, environment, "run", config.toString());
    assertEquals(0, again.status(), again.err());
    assertTrue(again.out().contains("run smoke was finished before"), again.out());

    StandaloneCluster.Result rows =
        cluster.submit(
            jar,
            settings,
            environment,
            "sql",
            "--warehouse",
            place + "/warehouse",
            "--format",
            "csv",
            "SELECT state, steps, (SELECT count(*) FROM metrics WHERE name = 'loss') AS losses,"
                + " (SELECT count(*) FROM documents) AS documents FROM run_summary");
    assertEquals(0, rows.status(), rows.err());
    assertEquals("state,steps,losses,documents\nfinished,2,2,12\n", rows.out());

    StandaloneCluster.Result doctor =
        cluster.submit(jar, settings, environment, "doctor", config.toString());
    assertEquals(0, doctor.status(), doctor.out() + doctor.err());
    for (String line :
        List.of(
            "ok       vector     module jdk.incubator.vector is there",
            "ok       store      bucket hone-test answers, and refuses to write a file twice",
            "ok       clock      \\d+s from the clock of the object store")) {
      assertTrue(Pattern.compile("(?m)^" + line + "$").matcher(doctor.out()).find(), doctor.out());
    }
  }

  /** Small tables need few tasks. */
  private static Map<String, String> settings(String endpoint, Path events) {
    Map<String, String> settings = new TreeMap<>(s3a(endpoint));
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.eventLog.enabled", "true");
    settings.put("spark.eventLog.dir", events.toUri().toString());
    settings.put("spark.eventLog.compress", "false");
    settings.put("spark.executor.memory", "768m");
    settings.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    settings.put("spark.sql.shuffle.partitions", "2");
    settings.put("spark.sql.codegen.wholeStage", "false");
    settings.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    return settings;
  }

  private static Map<String, String> s3a(String endpoint) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", endpoint,
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true");
  }

  private static List<Path> sparkJars() throws IOException {
    String classpath = Files.readString(Path.of(System.getProperty("hone.spark.classpath")));
    return Arrays.stream(classpath.strip().split(File.pathSeparator)).map(Path::of).toList();
  }

  private static void upload(Path folder, FileSystem store, String place) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        store.copyFromLocalFile(
            new org.apache.hadoop.fs.Path(entry.toUri()),
            new org.apache.hadoop.fs.Path(place + "/" + entry.getFileName()));
      }
    }
  }

  /** The manifest names every file, with its size. */
  private static void requireComplete(FileSystem store, String output) throws IOException {
    Map<String, Long> listed = new TreeMap<>();
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path(output);
    try (InputStream in = store.open(new org.apache.hadoop.fs.Path(directory, "manifest.json"))) {
      for (JsonNode file : new ObjectMapper().readTree(in).path("files")) {
        listed.put(file.path("name").asText(), file.path("bytes").asLong());
      }
    }
    Map<String, Long> there = new TreeMap<>();
    for (FileStatus file : store.listStatus(directory)) {
      there.put(file.getPath().getName(), file.getLen());
    }
    there.remove("manifest.json");
    assertEquals(there, listed);
    assertTrue(listed.containsKey("adapter_model.safetensors"), listed.toString());
  }
}
