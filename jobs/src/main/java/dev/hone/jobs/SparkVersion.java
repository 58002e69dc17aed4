package dev.hone.jobs;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** The versions of Spark that hone runs on. */
public final class SparkVersion {
  /** What hone is built with, and the older one that it is tested with, too. */
  private static final List<String> SUPPORTED = List.of("4.1", "4.0");

  private static final String FILE = "/spark-version-info.properties";

  private SparkVersion() {}

  /** The version whose jars are here, without starting it; empty if there are none. */
  public static Optional<String> here() {
    try (InputStream in = SparkVersion.class.getResourceAsStream(FILE)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.ofNullable(properties.getProperty("version"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether hone is tested with it.
   *
   * <p>Example: 4.1.0 and 4.0.2-amzn-0 are, 4.10.0 is not.
   */
  public static boolean isSupported(String version) {
    return SUPPORTED.stream().anyMatch(line -> version.startsWith(line + "."));
  }

  /** Those that are, as one says it: {@code 4.1.x and 4.0.x}. */
  public static String supported() {
    return String.join(".x and ", SUPPORTED) + ".x";
  }

  /** The artifact of Delta for the Spark that is here: {@code delta-spark_4.1_2.13}. */
  public static String deltaArtifact() {
    String line =
        SUPPORTED.stream()
            .filter(one -> here().orElse("").startsWith(one + "."))
            .findFirst()
            .orElse(SUPPORTED.get(0));
    return "delta-spark_%s_2.13".formatted(line);
  }

  /**
   * Refuses a version before it fails in the middle, at length.
   *
   * @throws HoneException if hone does not run on it
   */
  public static void require(String version) {
    if (!isSupported(version)) {
      throw new HoneException(
          "this is Spark %s, and hone runs on Spark %s alone: it uses parts of it that other versions do not have; run it with one of those"
              .formatted(version, supported()));
    }
  }
}
