package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Spark's own Master and Worker, each in a JVM of its own, and SparkSubmit in further ones: what a
 * Spark installation does, made of the jars that the build has.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
  private static final int SECONDS_TO_START = 60;
  private static final int SECONDS_TO_RUN = 1200;
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern WORKER =
      Pattern.compile("Successfully registered with master (spark://\\S+)");

  private final Path folder;
  private final String hadoopAndSpark;
  private final List<Process> processes = new ArrayList<>();
  private String master;

  /** What a command came to. */
  record Result(int status, String out, String err) {}

  private StandaloneCluster(Path folder) {
    this.folder = folder;
    this.hadoopAndSpark = folder.resolve("jars") + "/*";
  }

  /**
   * Starts one.
   *
   * @param folder empty; home of the installation, and where logs and work go
   * @param jars what an installation has in its folder jars
   */
  static StandaloneCluster start(Path folder, List<Path> jars) throws Exception {
    return start(folder, jars, 1, 2);
  }

  /** The same with so many workers, of so many cores each. */
  static StandaloneCluster start(Path folder, List<Path> jars, int workers, int cores)
      throws Exception {
    Files.createDirectory(folder.resolve("jars"));
    for (Path jar : jars) {
      Files.createSymbolicLink(folder.resolve("jars").resolve(jar.getFileName()), jar);
    }
    StandaloneCluster cluster = new StandaloneCluster(folder);
    try {
      cluster.startDaemons(workers, cores);
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startDaemons(int workers, int cores) throws Exception {
    master =
        daemon(
            "master",
            MASTER,
            List.of("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1"),
            "--port 0 --webui-port 0");
    for (int worker = 1; worker <= workers; worker++) {
      daemon(
          "worker-" + worker,
          WORKER,
          List.of("org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1"),
          "--webui-port 0 --cores %d --memory 1g --work-dir %s %s"
              .formatted(cores, folder.resolve("work"), master));
    }
  }

  /** Runs a command of hone's jar to its end. */
  Result submit(Path jar, Map<String, String> settings, Map<String, String> env, String... args)
      throws Exception {
    return launch(jar, settings, env, args).result();
  }

  /** Starts a command of hone's jar. */
  Submitted launch(Path jar, Map<String, String> settings, Map<String, String> env, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
    Map<String, String> all = new TreeMap<>(Map.of("spark.master", master));
    all.putAll(settings);
    all.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.add(jar.toString());
    command.addAll(Arrays.asList(args));
    Path out = Files.createTempFile(folder, "submit", ".out");
    Path err = Files.createTempFile(folder, "submit", ".err");
    ProcessBuilder builder = java("1g", command);
    builder.environment().putAll(env);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    processes.add(process);
    return new Submitted(process, out, err);
  }

  /** A command that runs. */
  record Submitted(Process process, Path out, Path err) {
    /** Waits for its end. */
    Result result() throws Exception {
      if (!process.waitFor(SECONDS_TO_RUN, TimeUnit.SECONDS)) {
        fail("it does not end:\n" + Files.readString(out) + Files.readString(err));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /** Those of all commands that run. */
  List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .toList();
  }

  private String daemon(String name, Pattern ready, List<String> command, String arguments)
      throws Exception {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments.split(" ")));
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder = java("256m", all);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    processes.add(process);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
    while (System.nanoTime() < end && process.isAlive()) {
      Matcher found = ready.matcher(Files.readString(log));
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(100);
    }
    return fail(name + " does not start:\n" + Files.readString(log));
  }

  /** A JVM that knows no credentials: who needs them has to be given them. */
  private ProcessBuilder java(String heap, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    command.addAll(List.of("-cp", hadoopAndSpark));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("SPARK_"));
    environment.put("SPARK_HOME", folder.toString());
    // Otherwise the launcher looks for it in folders of Spark's own build.
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("SPARK_LOCAL_DIRS", folder.resolve("scratch").toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** Every file that the cluster and its commands left, as text. */
  List<Path> filesWith(String text) throws IOException {
    try (var files = Files.walk(folder)) {
      List<Path> regular =
          files.filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file)).toList();
      assertTrue(regular.size() > 5, "only " + regular);
      List<Path> found = new ArrayList<>();
      for (Path file : regular) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(file);
        }
      }
      return found;
    }
  }

  /** Executors end with their worker. JUnit deletes the folder, and would warn of every link. */
  @Override
  public void close() throws IOException {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).destroy();
    }
    for (Process process : processes) {
      process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
      process.destroyForcibly();
    }
    try (var links = Files.list(folder.resolve("jars"))) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    }
  }
}
