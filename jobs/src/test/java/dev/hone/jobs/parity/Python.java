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

/** The scripts of {@code src/test/python}, run by an interpreter that the environment names. */
public final class Python {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String variable;
  private final String requirements;
  private final String interpreter;

  private Python(String variable, String requirements, String interpreter) {
    this.variable = variable;
    this.requirements = requirements;
    this.interpreter = interpreter;
  }

  /** That of HONE_PYTHON, with PyTorch; skips the test, saying why, where it is not set. */
  public static Python orSkip() {
    return orSkip("HONE_PYTHON", "requirements.txt");
  }

  /**
   * Skips the test, saying why, where a variable names no interpreter.
   *
   * @param requirements what its packages are listed in, of {@code src/test/python}
   */
  public static Python orSkip(String variable, String requirements) {
    String interpreter = System.getenv(variable);
    String file = "jobs/src/test/python/" + requirements;
    Assumptions.assumeTrue(
        interpreter != null,
        "skipped: %s is not set; it names a Python with the packages of %s (.ci/run makes one)"
            .formatted(variable, file));
    return new Python(variable, file, interpreter);
  }

  /** Skips the test, saying why, where the interpreter lacks a module. */
  public void requireModule(String module) throws IOException, InterruptedException {
    String look = "import importlib.util as u, sys; sys.exit(u.find_spec('%s') is None)";
    Process process = new ProcessBuilder(interpreter, "-c", look.formatted(module)).start();
    Assumptions.assumeTrue(
        process.waitFor() == 0,
        () -> "skipped: %s has no %s; pip install %2$s gives it one".formatted(variable, module));
  }

  /** Starts a module that goes on until it is destroyed; what it prints goes into a file. */
  public Process start(Path output, String module, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(interpreter, "-m", module));
    command.addAll(List.of(arguments));
    return start(output, command);
  }

  /**
   * Starts a program that was installed with packages; what it prints goes into a file. Skips the
   * test, saying why, where it is not installed.
   */
  public Process startProgram(Path output, String name, String... arguments) throws IOException {
    Path program = Path.of(interpreter).resolveSibling(name);
    Assumptions.assumeTrue(
        Files.exists(program),
        () -> "skipped: there is no %s; %s gives one".formatted(program, requirements));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return start(output, command);
  }

  private static Process start(Path output, List<String> command) throws IOException {
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
