package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.FormatDetector.Detected;
import dev.hone.ingest.TypeDetection;
import dev.hone.jobs.config.HoneConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Types of the entries that have none, found in their first rows. */
final class DatasetTypes {
  private DatasetTypes() {}

  /**
   * The configuration with a type for every entry.
   *
   * @param notices is told what was found and why
   * @throws HoneException in one line for every entry whose rows show no type or several
   */
  static HoneConfig found(SparkSession spark, HoneConfig config, Consumer<String> notices) {
    List<String> problems = new ArrayList<>();
    HoneConfig found =
        config.withDatasets(
            entry -> {
              if (!entry.type().equals(HoneConfig.Dataset.DETECT)) {
                return entry;
              }
              try {
                Detected detected = TypeDetection.of(spark, Sources.source(entry));
                notices.accept(
                    "%s: %s: read as %s, because %s; write that line to make it sure"
                        .formatted(
                            entry.location(), entry.key(), detected.asWritten(), detected.why()));
                return entry.of(detected);
              } catch (HoneException e) {
                problems.add("%s: %s: %s".formatted(entry.location(), entry.key(), e.getMessage()));
                return entry;
              }
            });
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("\n", problems));
    }
    return found;
  }
}
