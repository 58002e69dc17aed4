package dev.hone.training.distributed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * A temporary directory of a task that computes with a model. It lies in Spark's own scratch space:
 * as large as the administrator made it, and cleared by Spark if this process is killed.
 */
record TaskFolder(Path path) implements AutoCloseable {
  /** JavaCPP's, read once: when its first class is loaded. */
  private static final List<String> NATIVE_LIMITS =
      List.of("org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxPhysicalBytes");

  /**
   * Makes the directory, and takes JavaCPP's limits away: weights and activations are native
   * memory, which it would limit to the size of a heap that was chosen for rows.
   */
  static TaskFolder create(String name) throws IOException {
    NATIVE_LIMITS.forEach(limit -> System.getProperties().putIfAbsent(limit, "0"));
    File[] scratch = SparkEnv.get().blockManager().diskBlockManager().localDirs();
    return new TaskFolder(Files.createTempDirectory(scratch[0].toPath(), name));
  }

  /**
   * In a local session tasks with a model have the machine to themselves, and take it all with a
   * slot each, which leaves the others to the commits of their metrics. On a cluster each has
   * {@code spark.task.cpus}.
   *
   * @param tasks how many there are at once
   * @return 0 on a cluster
   */
  static int localThreads(SparkContext context, int tasks) {
    return context.isLocal() && !context.conf().contains("spark.task.cpus")
        ? Math.max(1, Runtime.getRuntime().availableProcessors() / tasks)
        : 0;
  }

  /** Cores of this task, by what {@link #localThreads} gave on the driver. */
  static int threads(int localThreads) {
    return localThreads > 0 ? localThreads : TaskContext.get().cpus();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
