package dev.hone.jobs;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.network.util.JavaUtils;

/**
 * Memory that a rank has to fit into.
 *
 * @param bytes how much it is
 * @param text what it is, with the number
 * @param cure what would give more of it
 */
public record MemoryLimit(long bytes, String text, String cure) {
  private static final double OVERHEAD_FACTOR = 0.1;
  private static final long LEAST_OVERHEAD_MIB = 384;

  /**
   * Of the container that spark-submit asks YARN or Kubernetes for; otherwise of this machine, or
   * of the container that this JVM is in.
   */
  static MemoryLimit ofThisJvm() {
    return ofExecutor(Sessions.settings()).orElseGet(MemoryLimit::ofMachine);
  }

  private static MemoryLimit ofMachine() {
    long bytes =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return new MemoryLimit(
        bytes, "the " + Sizes.bytes(bytes) + " of this machine", "train on a larger machine");
  }

  /**
   * What an executor's container has, where the cluster manager enforces it: {@code
   * spark.executor.memory} and {@code spark.executor.memoryOverhead}, or Spark's default for it.
   */
  static Optional<MemoryLimit> ofExecutor(Map<String, String> spark) {
    String master = spark.getOrDefault("spark.master", "");
    if (!master.equals("yarn") && !master.startsWith("k8s:")) {
      return Optional.empty();
    }
    long heap = JavaUtils.byteStringAsMb(spark.getOrDefault("spark.executor.memory", "1g"));
    double factor =
        Double.parseDouble(
            spark.getOrDefault(
                "spark.executor.memoryOverheadFactor", Double.toString(OVERHEAD_FACTOR)));
    long overhead =
        Optional.ofNullable(spark.get("spark.executor.memoryOverhead"))
            .map(JavaUtils::byteStringAsMb)
            .orElse(Math.max(LEAST_OVERHEAD_MIB, (long) (heap * factor)));
    long bytes = (heap + overhead) << 20;
    return Optional.of(
        new MemoryLimit(
            bytes,
            "the %s of an executor (spark.executor.memory and memoryOverhead)"
                .formatted(Sizes.bytes(bytes)),
            "raise spark.executor.memoryOverhead"));
  }
}
