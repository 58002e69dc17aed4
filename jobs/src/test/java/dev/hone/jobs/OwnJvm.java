package dev.hone.jobs;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.launcher.JavaModuleOptions;

/** A command of hone in a JVM of its own, with the class path of this one, that is ended early. */
public final class OwnJvm {
  private OwnJvm() {}

  /**
   * What it came to.
   *
   * @param status 128 and the signal that ended it
   */
  public record Result(int status, String out, String err) {}

  /** How it is ended: SIGTERM, which it can do something about, or SIGKILL. */
  public enum End {
    TERM,
    KILL
  }

  /**
   * Runs a command until what it printed satisfies a condition, then ends it.
   *
   * @param folder takes what it prints
   * @param environment beside that of this JVM
   */
  public static Result ended(
      Path folder, Map<String, String> environment, End end, Predicate<String> at, String... call)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    command.addAll(List.of("-cp", ManagementFactory.getRuntimeMXBean().getClassPath()));
    command.add("dev.hone.jobs.Main");
    command.addAll(List.of(call));
    Path errors = folder.resolve("errors.txt");
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(errors.toFile()).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      while (process.isAlive() && !at.test(Files.readString(output))) {
        Thread.sleep(20);
      }
      if (end == End.TERM) {
        process.destroy();
      } else {
        process.destroyForcibly();
      }
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
  }
}
