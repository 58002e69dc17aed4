package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks into the packaged jar, and runs it. Runs in the verify phase, after the jar is made: {@code
 * mvn verify -Dgroups=jar} runs nothing else.
 */
@Tag("unit")
@Tag("jar")
class HoneJarCheck {
  private static final long LARGEST = 215L << 20;

  private static final Path JAR = Path.of(System.getProperty("hone.jar"));

  @Test
  void holdsWhatIsOursAlone() throws IOException {
    Set<String> names = names();
    List<String> bad =
        names.stream()
            .filter(
                name ->
                    name.matches(
                        "(org/slf4j|org/apache/logging|org/apache/log4j|scala|org/apache/spark|io/delta"
                            + "|org/apache/hadoop|io/netty|com/fasterxml|org/yaml|software/amazon|picocli"
                            + "|com/google/gson|com/google/protobuf|org/junit|com/tngtech)/.*"))
            .toList();
    assertEquals(List.of(), bad);
    for (String needed :
        List.of(
            "dev/hone/jobs/Main.class",
            "dev/hone/shaded/jackson/databind/ObjectMapper.class",
            "dev/hone/shaded/snakeyaml/Yaml.class",
            "dev/hone/shaded/amazon/awssdk/services/s3/S3Client.class",
            "META-INF/services/dev.hone.formats.corpus.CorpusFormat",
            "META-INF/services/dev.hone.jobs.tracking.TrackerKind",
            "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend")) {
      assertTrue(names.contains(needed), needed);
    }
  }

  @Test
  void holdsNativesOfOnePlatform() throws IOException {
    List<String> foreign =
        names().stream()
            .filter(
                name ->
                    name.matches(
                        ".*\\.(dll|dylib|jnilib)|.*(aarch64|arm64|macosx|osx|windows|ppc64le|android).*\\.so.*"))
            .toList();
    assertEquals(List.of(), foreign);
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (String artifact : List.of("javacpp", "openblas", "dnnl", "opencl")) {
        String version = "META-INF/maven/org.bytedeco/" + artifact + "/pom.properties";
        assertTrue(jar.getEntry(version) != null, "JavaCPP warns without " + version);
      }
      assertTrue(
          jar.stream().noneMatch(entry -> entry.getName().matches("META-INF/.*\\.(SF|RSA|DSA)")));
    }
    assertTrue(Files.size(JAR) < LARGEST, "the jar has grown to " + Files.size(JAR) + " bytes");
  }

  @Test
  void runsWithSparksJarsBesideIt(@TempDir Path folder) throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            "base_model: m\nlearning_rate: 1e-4\ndatasets:\n  - {path: a.jsonl, type: alpaca}\n");
    assertTrue(run(0, "validate", config.toString()).contains("valid"));
    String wrong = run(1, "validate", folder.resolve("none.yaml").toString());
    assertEquals(1, wrong.lines().count(), wrong);
  }

  private static String run(int status, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(
        JAR
            + File.pathSeparator
            + Files.readString(Path.of(System.getProperty("hone.spark.classpath"))).strip());
    command.add("dev.hone.jobs.Main");
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(status, process.exitValue(), output);
    return output;
  }

  private static Set<String> names() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
