package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Refuses a session that would fail late, or lose commits. */
final class SessionCheck {
  private SessionCheck() {}

  static void require(SparkSession spark, Location location) {
    // A catalog's tables may lie on s3a as well; only the path says so at once.
    boolean s3a =
        location instanceof Location.Folder folder
            && "s3a".equals(folder.root().toUri().getScheme());
    String missing =
        Warehouse.sparkConf().entrySet().stream()
            .filter(setting -> s3a || !setting.getKey().startsWith("spark.delta.logStore."))
            .filter(setting -> !isMet(spark, setting))
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .sorted()
            .collect(Collectors.joining(" --conf "));
    if (!missing.isEmpty()) {
      throw new HoneException(
          "the Spark session was built without what Delta tables at '%s' need; add --conf %s to spark-submit, or build the session with Warehouse.sparkConf()"
              .formatted(location.shown(), missing));
    }
  }

  private static boolean isMet(SparkSession spark, Map.Entry<String, String> setting) {
    String actual = spark.conf().get(setting.getKey(), "");
    return switch (setting.getKey()) {
      case "spark.sql.extensions" -> actual.contains(setting.getValue());
      // Another log store may be just as safe; only Delta's default is known not to be.
      case "spark.delta.logStore.s3a.impl" -> !actual.isEmpty();
      default -> actual.equals(setting.getValue());
    };
  }
}
