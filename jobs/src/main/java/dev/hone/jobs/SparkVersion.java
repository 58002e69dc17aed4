package dev.hone.jobs;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/** The versions of Spark that hone runs on. */
public final class SparkVersion {
  /** What hone is built and tested with. */
  public static final String SUPPORTED = "4.1";

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
   * Whether hone is built and tested with it.
   *
   * <p>Example: 4.1.0 and 4.1.2-amzn-0 are, 4.10.0 is not.
   */
  public static boolean isSupported(String version) {
    return version.startsWith(SUPPORTED + ".");
  }

  /**
   * Refuses a version before it fails in the middle, at length.
   *
   * @throws HoneException if hone does not run on it
   */
  public static void require(String version) {
    if (!isSupported(version)) {
      throw new HoneException(
          "this is Spark %s, and hone runs on Spark %s.x alone: it uses parts of it that other versions do not have; run it with that version"
              .formatted(version, SUPPORTED));
    }
  }
}
