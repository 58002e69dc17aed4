package dev.hone.jobs.tracking;

import dev.hone.jobs.config.HoneConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A run as trackers know it. Nothing in it but {@code settings} has a reference to the environment
 * resolved, so all the rest may be sent and stored.
 *
 * @param runId its name in the tables
 * @param from steps that an earlier attempt of it did and that are not done again
 * @param startedAt when this attempt began
 * @param config the whole effective configuration as JSON
 * @param tags the configuration's
 * @param outputDir where the model goes
 * @param directory where trackers write files; there is one if any of those that do is on
 * @param version of hone
 * @param settings the keys of the trackers, resolved
 */
record TrackedRun(
    String runId,
    long from,
    Instant startedAt,
    String config,
    Map<String, String> tags,
    String outputDir,
    Optional<Path> directory,
    String version,
    Map<String, String> settings) {

  TrackedRun {
    tags = Map.copyOf(tags);
    settings = Map.copyOf(settings);
  }

  static TrackedRun of(
      HoneConfig config, String runId, long from, String version, Instant startedAt) {
    HoneConfig.Tracking tracking = config.tracking();
    return new TrackedRun(
        runId,
        from,
        startedAt,
        tracking.effective(),
        config.output().tags(),
        config.output().outputDir(),
        tracking.directory(),
        version,
        tracking.settings());
  }

  /** What was written for a key. */
  Optional<String> setting(String key) {
    return Optional.ofNullable(settings.get(key)).filter(value -> !value.isBlank());
  }

  /** The folder of a tracker that writes files. */
  Path folder() {
    return directory.orElseThrow(
        () -> new IllegalStateException("TrackingKeys lets no file tracker on without a folder"));
  }
}
