package dev.hone.jobs.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code bin/notebooks} finds out before it installs anything; {@code NotebooksIT} runs all of
 * it.
 */
@Tag("unit")
class NotebooksScriptTest {
  @TempDir private Path dir;
  private Path repository;
  private Path tools;

  private record Result(int status, String output) {}

  @BeforeEach
  void copyScript() throws IOException {
    repository = dir.resolve("repository");
    tools = Files.createDirectories(dir.resolve("tools"));
    Files.createDirectories(repository.resolve("bin"));
    Files.createDirectories(repository.resolve("notebooks"));
    Files.writeString(repository.resolve("notebooks/requirements.txt"), "nothing\n");
    Files.copy(
        Path.of(System.getProperty("hone.repository"), "bin", "notebooks"),
        repository.resolve("bin/notebooks"));
    tool("java", "true");
    // Reached last: everything else was found right.
    tool("python3", "exit 1");
  }

  private void tool(String name, String body) throws IOException {
    Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void built() throws IOException {
    Path target = Files.createDirectories(repository.resolve("jobs/target"));
    Files.writeString(target.resolve("hone-1.jar"), "jar");
    Files.writeString(target.resolve("spark.classpath"), "a.jar");
  }

  private Path model(String name) throws IOException {
    Path model = Files.createDirectories(dir.resolve(name));
    Files.writeString(model.resolve("config.json"), "{}");
    return model;
  }

  @Test
  void aSlipIsNamed() throws Exception {
    assertFails("unknown option --opne", run(Map.of(), "--opne"));
    assertFails("hone is not built yet", run(Map.of()));
  }

  @Test
  void theModelIsTheOneThatIsNamedOrThatOfTheQuickstart() throws Exception {
    built();
    assertFails("there is no model yet; bin/quickstart fetches one", run(Map.of()));
    assertFails(
        "is no model directory (it has no config.json)",
        run(Map.of("HONE_MODEL", dir.resolve("none").toString())));
    assertFails(
        "python3 makes no virtual environment",
        run(Map.of("HONE_MODEL", model("mine").toString())));
    model("cache/smollm2-gguf");
    assertFails("python3 makes no virtual environment", run(Map.of()));
  }

  @Test
  void aFolderOfSomebodyElseIsNotEmptied() throws Exception {
    built();
    Path work = Files.createDirectories(dir.resolve("work"));
    Path thesis = Files.writeString(work.resolve("thesis.txt"), "years of work");
    Map<String, String> settings =
        Map.of("HONE_MODEL", model("mine").toString(), "HONE_WORK", work.toString());
    assertFails("holds what these notebooks did not make", run(settings));
    assertTrue(Files.exists(thesis));
  }

  private Result run(Map<String, String> settings, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "bin/notebooks"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).directory(repository.toFile());
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("PATH", tools + ":/usr/bin:/bin");
    environment.put("HONE_CACHE", dir.resolve("cache").toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), output);
    return new Result(process.exitValue(), output);
  }

  private static void assertFails(String message, Result result) {
    assertEquals(1, result.status(), result.output());
    assertTrue(result.output().contains(message), result.output());
    String last = result.output().strip();
    assertTrue(
        last.substring(last.lastIndexOf('\n') + 1).startsWith("notebooks: "), result.output());
  }
}
