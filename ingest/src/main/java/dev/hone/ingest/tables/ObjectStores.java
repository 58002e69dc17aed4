package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Looks at the places on s3a before a job begins. S3A itself is patient, so that a store which is
 * away for a minute does not end a run; a store that cannot be reached at all would then cost ten
 * minutes and more before the first word. The look has short patience of its own.
 */
public final class ObjectStores {
  private static final Pattern SCHEME = Pattern.compile("s3a?://.*");
  private static final Pattern WILDCARD = Pattern.compile("[*?{\\[].*", Pattern.DOTALL);

  /** One attempt more than none, and the shortest times that S3A lets a client have. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "fs.s3a.retry.limit", "1",
          "fs.s3a.retry.interval", "100ms",
          "fs.s3a.attempts.maximum", "1",
          "fs.s3a.connection.establish.timeout", "15s",
          "fs.s3a.connection.acquisition.timeout", "15s",
          "fs.s3a.connection.request.timeout", "15s",
          "fs.s3a.connection.timeout", "15s");

  private ObjectStores() {}

  /**
   * Asks every bucket for the places in it. A place that is not there yet is no problem; other
   * schemes than s3a are not looked at.
   *
   * @param places the configuration's key to its value
   * @throws HoneException with one line for every bucket that does not answer or that refuses
   */
  public static void requireReachable(Map<String, String> places, Configuration hadoop) {
    Map<String, Map<String, String>> buckets = new LinkedHashMap<>();
    places.forEach(
        (key, place) -> {
          if (SCHEME.matcher(place).matches()) {
            String path = WILDCARD.matcher(place).replaceAll("").replaceFirst("^s3:", "s3a:");
            buckets
                .computeIfAbsent(path.split("/", 4)[2], name -> new LinkedHashMap<>())
                .putIfAbsent(path, key);
          }
        });
    List<String> problems = new ArrayList<>();
    buckets.values().forEach(bucket -> problem(bucket, hadoop).ifPresent(problems::add));
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("\n", problems));
    }
  }

  /** The first problem of one bucket: the others are most often the same one. */
  private static Optional<String> problem(Map<String, String> bucket, Configuration hadoop) {
    Configuration impatient = new Configuration(hadoop);
    IMPATIENT.forEach(impatient::set);
    String place = bucket.keySet().iterator().next();
    try (FileSystem store = FileSystem.newInstance(new Path(place).toUri(), impatient)) {
      for (String next : bucket.keySet()) {
        place = next;
        look(store, new Path(next));
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      String endpoint = hadoop.getTrimmed("fs.s3a.endpoint", "");
      if (isMissing(e)) {
        return Optional.of(
            "%s '%s' cannot be reached: Spark has no hadoop-aws, or one without the AWS SDK; add both to its jars, or by --packages or --jars"
                .formatted(bucket.get(place), place));
      }
      return Optional.of(
          "%s '%s' cannot be reached%s: %s; check the address, the credentials and spark.hadoop.fs.s3a.* settings"
              .formatted(
                  bucket.get(place),
                  place,
                  endpoint.isEmpty() ? "" : " at " + endpoint,
                  Failures.firstLine(e)));
    }
  }

  /** Hadoop wraps it in an exception that says nothing else. */
  private static boolean isMissing(Exception e) {
    return e instanceof UnsupportedFileSystemException
        || e.getCause() instanceof ClassNotFoundException;
  }

  private static void look(FileSystem store, Path path) throws IOException {
    try {
      store.getFileStatus(path);
    } catch (FileNotFoundException e) {
      // Without a cause, the store has answered that nothing is there. With one, it is what S3A
      // makes of any other status 404.
      if (e.getCause() != null) {
        throw e;
      }
    }
  }
}
