package dev.hone.training.distributed;

import dev.hone.training.kernels.cpu.InstructionSet;
import java.io.Serializable;
import org.apache.spark.SparkEnv;

/**
 * Where a rank runs, and what its numbers may depend on.
 *
 * @param host that its executor is on
 * @param executorId Spark's name of the executor
 * @param java vendor and version of its JVM, such as {@code Eclipse Adoptium 17.0.19+10}
 * @param able instruction set of its CPU
 * @param used instruction set that its products are computed with
 * @param vectorBits width of the vectors of its other kernels
 * @param threads cores that it computes on
 */
public record RankMachine(
    String host,
    String executorId,
    String java,
    InstructionSet able,
    InstructionSet used,
    int vectorBits,
    int threads)
    implements Serializable {

  /** That of this task; what it will use is not decided. */
  static RankMachine here(Place place) {
    SparkEnv environment = SparkEnv.get();
    InstructionSet able = InstructionSet.ofThisMachine();
    return new RankMachine(
        environment.blockManager().blockManagerId().host(),
        environment.executorId(),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        able,
        able,
        InstructionSet.vectorBits(),
        place.threads());
  }

  RankMachine using(InstructionSet decided) {
    return new RankMachine(host, executorId, java, able, decided, vectorBits, threads);
  }

  /** The number of the Java version, as 17. */
  String javaFeature() {
    String version = java.substring(java.lastIndexOf(' ') + 1);
    return version.split("[.+-]", 2)[0];
  }

  /** For a person: {@code host 10.0.0.7, executor 3}. */
  String shown() {
    return "host " + host + ", executor " + executorId;
  }
}
