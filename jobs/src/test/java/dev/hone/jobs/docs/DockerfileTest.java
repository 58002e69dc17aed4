package dev.hone.jobs.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.jobs.parity.Python;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the {@code Dockerfile} can be told without a container engine. */
@Tag("unit")
class DockerfileTest {
  private static final Path REPOSITORY = Path.of(System.getProperty("hone.repository"));

  @TempDir private Path dir;

  /** Instructions, each in one line. */
  private static List<String> instructions() throws IOException {
    return Files.readString(REPOSITORY.resolve("Dockerfile"))
        .replaceAll("(?m)^#.*\n", "")
        .replaceAll("\\\\\n\\s*", " ")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static String property(String name) throws IOException {
    Matcher found =
        Pattern.compile("<" + Pattern.quote(name) + ">(.*?)<")
            .matcher(Files.readString(REPOSITORY.resolve("pom.xml")));
    assertTrue(found.find(), name);
    return found.group(1);
  }

  @Test
  void sparkIsTheVersionThatIsBuiltWith() throws IOException {
    String image =
        instructions().stream()
            .filter(line -> line.startsWith("ARG SPARK_IMAGE="))
            .findFirst()
            .orElseThrow();
    assertEquals(
        "ARG SPARK_IMAGE=spark:%s-scala%s-java%s-ubuntu"
            .formatted(
                property("spark.version"),
                property("scala.binary"),
                property("maven.compiler.release")),
        image);
  }

  @Test
  void theImageRunsAsNobodyInParticular() throws IOException {
    List<String> users = instructions().stream().filter(line -> line.startsWith("USER ")).toList();
    assertEquals(List.of("USER 0", "USER 185"), users);
    List<String> all = instructions();
    assertEquals("USER 185", all.get(all.size() - 1), "nothing comes after it");
  }

  @Test
  @Tag("parity")
  void hadolintFindsNothing() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    Path found = dir.resolve("found.txt");
    Process process =
        python.startProgram(found, "hadolint", REPOSITORY.resolve("Dockerfile").toString());
    assertEquals(0, process.waitFor(), () -> read(found));
    assertEquals("", read(found));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The build's own paths, as the pom and bin/hone have them. */
  @Test
  void itTakesWhatTheBuildMakes() throws IOException {
    List<String> copied =
        instructions().stream().filter(line -> line.startsWith("COPY --from=build")).toList();
    assertEquals(
        List.of(
            "COPY --from=build /src/jobs/target/cluster-jars/ /opt/spark/jars/",
            "COPY --from=build /src/jobs/target/hone-*.jar /opt/hone/hone.jar"),
        copied);
    String pom = Files.readString(REPOSITORY.resolve("jobs/pom.xml"));
    assertTrue(pom.contains("<outputDirectory>${project.build.directory}/cluster-jars<"));
    assertTrue(pom.contains("<finalName>hone-${project.version}<"));
    assertTrue(
        Files.readString(REPOSITORY.resolve("docs/deploying.md"))
            .contains("local:///opt/hone/hone.jar run"));
    List<String> ignored = Files.readAllLines(REPOSITORY.resolve(".dockerignore"));
    assertTrue(ignored.contains("**/target"), "a build of this machine stays out of the image");
    assertFalse(ignored.contains("bin"), "the build's tests read the scripts");
  }
}
