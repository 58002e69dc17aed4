package dev.hone.jobs.doctor;

import dev.hone.jobs.SparkVersion;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java, Spark and Delta. */
final class SoftwareChecks {
  private static final int OLDEST_JAVA = 17;
  private static final Pattern DELTA_FOR = Pattern.compile(".*delta-spark_(\\d+\\.\\d+)_.*");

  private SoftwareChecks() {}

  /**
   * @param feature the number of the version, such as 17
   * @param shown vendor and version
   */
  static Finding java(int feature, String shown) {
    return feature < OLDEST_JAVA
        ? Finding.problem(
            "java",
            shown + ", and hone needs version " + OLDEST_JAVA,
            "install a newer JDK on every machine, and set JAVA_HOME")
        : Finding.ok("java", shown);
  }

  /** The Vector API, which the kernels are written with. */
  static Finding vectorModule(boolean present) {
    return present
        ? Finding.ok("vector", "module jdk.incubator.vector is there")
        : Finding.problem(
            "vector",
            "this JVM was started without the Vector API",
            "add --add-modules=jdk.incubator.vector to spark.driver.extraJavaOptions and"
                + " spark.executor.extraJavaOptions, or start it by bin/hone");
  }

  /**
   * @param version of the jars that are here
   * @param master where it would run
   */
  static Finding spark(Optional<String> version, String master) {
    if (version.isEmpty()) {
      return Finding.problem(
          "spark", "there is no Spark", "start hone by spark-submit, or by bin/hone after a build");
    }
    return SparkVersion.isSupported(version.get())
        ? Finding.ok("spark", version.get() + ", " + master)
        : Finding.problem(
            "spark",
            "%s, and hone runs on %s alone".formatted(version.get(), SparkVersion.supported()),
            "use one of those");
  }

  /**
   * @param version empty: Delta is not there
   * @param jar name of the file that it came from
   */
  static Finding delta(Optional<String> version, String jar, Optional<String> spark) {
    if (version.isEmpty()) {
      return Finding.problem(
          "delta",
          "Spark has no Delta Lake",
          "add %s to its jars, or by --packages or --jars".formatted(SparkVersion.deltaArtifact()));
    }
    Matcher made = DELTA_FOR.matcher(jar);
    if (made.matches() && spark.isPresent() && !spark.get().startsWith(made.group(1) + ".")) {
      return Finding.problem(
          "delta",
          "%s is made for Spark %s, and this is Spark %s"
              .formatted(jar, made.group(1), spark.get()),
          "use the delta-spark of this Spark");
    }
    return Finding.ok("delta", version.get());
  }

  /**
   * @param settings {@code spark.*} as spark-submit was told
   */
  static Finding allocation(Map<String, String> settings) {
    boolean on = Boolean.parseBoolean(settings.get("spark.dynamicAllocation.enabled"));
    boolean local = settings.getOrDefault("spark.master", "local").startsWith("local");
    return on && !local
        ? Finding.problem(
            "allocation",
            "spark.dynamicAllocation.enabled is true, and Spark then starts no barrier stage, which"
                + " training is",
            "add --conf spark.dynamicAllocation.enabled=false, and say the number of executors")
        : Finding.ok("allocation", "dynamic allocation is off");
  }
}
