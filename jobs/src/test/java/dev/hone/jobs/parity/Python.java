package dev.hone.jobs.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The scripts of {@code src/test/python}, run by the interpreter that HONE_PYTHON names. */
public final class Python {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String interpreter;

  private Python(String interpreter) {
    this.interpreter = interpreter;
  }

  /** Skips the test, saying why, where there is no such interpreter. */
  public static Python orSkip() {
    String interpreter = System.getenv("HONE_PYTHON");
    Assumptions.assumeTrue(
        interpreter != null,
        "skipped: HONE_PYTHON is not set; it names a Python with the packages of"
            + " jobs/src/test/python/requirements.txt (.ci/run makes one)");
    return new Python(interpreter);
  }

  /** Skips the test, saying why, where the interpreter lacks a module. */
  public void requireModule(String module) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(interpreter, "-c", "import " + module)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Assumptions.assumeTrue(
        process.waitFor() == 0,
        () ->
            "skipped: HONE_PYTHON has no " + module + "; pip install " + module + " gives it one");
  }

  /** Starts a module that goes on until it is destroyed; what it prints goes into a file. */
  public Process start(Path output, String module, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(interpreter, "-m", module));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /**
   * Runs a script to its end.
   *
   * @param input given as JSON on standard input
   * @return standard output, read as JSON; null where it is empty
   */
  public JsonNode run(String script, Object input, String... arguments)
      throws IOException, InterruptedException {
    Path file = Path.of(System.getProperty("hone.repository"), "jobs/src/test/python", script);
    List<String> command = new ArrayList<>(List.of(interpreter, file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HF_HUB_OFFLINE", "1");
    builder.environment().put("OMP_NUM_THREADS", "1");
    Path errors = Files.createTempFile("python", ".err");
    Path output = Files.createTempFile("python", ".json");
    Process process =
        builder.redirectError(errors.toFile()).redirectOutput(output.toFile()).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(MAPPER.writeValueAsString(input).getBytes(StandardCharsets.UTF_8));
    }
    int code = process.waitFor();
    String text = Files.readString(output);
    if (code != 0) {
      throw new AssertionError(script + " ended with " + code + "\n" + Files.readString(errors));
    }
    Files.delete(errors);
    Files.delete(output);
    // A library may print a line of its own before the answer.
    String answer = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
    return answer.isEmpty() ? null : MAPPER.readTree(answer);
  }
}
