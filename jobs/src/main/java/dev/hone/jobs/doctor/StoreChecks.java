package dev.hone.jobs.doctor;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.ObjectStores;
import dev.hone.training.checkpoint.store.ModelStore;
import dev.hone.training.checkpoint.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** The buckets that a configuration names. */
final class StoreChecks {
  private static final String CHECK = "store";
  private static final String AMAZON = "https://s3.amazonaws.com";
  private static final int TIMEOUT_MILLIS = 5000;

  private StoreChecks() {}

  /**
   * Asks every bucket for what is named in it, and puts a file into those that are written to, and
   * takes it away again.
   *
   * @param places the configuration's key to its value; what is not on S3 is passed over
   * @param written keys of the places that hone writes to
   */
  static List<Finding> buckets(
      Map<String, String> places, Set<String> written, Configuration hadoop) {
    Map<String, Map<String, String>> buckets = new LinkedHashMap<>();
    places.forEach(
        (key, place) ->
            bucket(place)
                .ifPresent(
                    name ->
                        buckets.computeIfAbsent(name, b -> new LinkedHashMap<>()).put(key, place)));
    List<Finding> findings = new ArrayList<>();
    buckets.forEach((name, inIt) -> findings.add(bucket(name, inIt, written, hadoop)));
    return findings;
  }

  /** Example: {@code s3a://lake/hone} is in lake, and {@code /data} in none. */
  static Optional<String> bucket(String place) {
    return place.matches("s3a?://[^/]+.*") ? Optional.of(place.split("/", 4)[2]) : Optional.empty();
  }

  private static Finding bucket(
      String name, Map<String, String> places, Set<String> written, Configuration hadoop) {
    try {
      ObjectStores.requireReachable(places, hadoop);
    } catch (HoneException e) {
      return Finding.problem(CHECK, e.getMessage().replace('\n', ' '), "");
    }
    Set<String> probed = new LinkedHashSet<>(places.keySet());
    probed.retainAll(written);
    for (String key : probed) {
      String place = places.get(key).replaceFirst("^s3a:", "s3:");
      try (ModelStore store = Stores.at(place, hadoop)) {
        if (!isConditional(store, ".hone-doctor-" + UUID.randomUUID())) {
          return Finding.problem(
              CHECK,
              "bucket %s ignores conditional writes (If-None-Match), so that two drivers may undo each other's commits"
                  .formatted(name),
              "use a store that knows them: Amazon S3, MinIO, VersityGW");
        }
      } catch (Exception e) {
        return Finding.problem(
            CHECK,
            "%s '%s' cannot be written: %s".formatted(key, place, Failures.firstLine(e)),
            "allow s3:PutObject and s3:DeleteObject there");
      }
    }
    return Finding.ok(
        CHECK,
        "bucket %s answers%s"
            .formatted(name, probed.isEmpty() ? "" : ", and refuses to write a file twice"));
  }

  /** Puts two files of that name, and deletes what is there; the same file twice may be a retry. */
  static boolean isConditional(ModelStore store, String name) throws IOException {
    store.putIfAbsent("hone doctor\n".getBytes(StandardCharsets.UTF_8), name);
    try {
      store.putIfAbsent("hone doctor again\n".getBytes(StandardCharsets.UTF_8), name);
      return false;
    } catch (FileAlreadyExistsException e) {
      return true;
    } finally {
      store.delete(name);
    }
  }

  /**
   * What the time is where the buckets are, by the header of any answer.
   *
   * @param endpoint as {@code fs.s3a.endpoint} has it; empty: Amazon's
   */
  static Optional<Instant> time(String endpoint) {
    String address = endpoint.isEmpty() ? AMAZON : endpoint;
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create(address.contains("://") ? address : "https://" + address)
                  .toURL()
                  .openConnection();
      connection.setRequestMethod("HEAD");
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      long date = connection.getDate();
      return date == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(date));
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
